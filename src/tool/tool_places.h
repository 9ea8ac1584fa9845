/* stand-in */
#ifndef TOOL_TOOL_PLACES_H
#define TOOL_TOOL_PLACES_H
char *tool_places_find_shipped(void);
char *tool_places_find_helper(void);
#endif
