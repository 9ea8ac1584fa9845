/* How an exported page looks: one style sheet for sessions, one more for replays. */
#ifndef STORE_EXPORT_STYLE_H
#define STORE_EXPORT_STYLE_H

extern const char export_style[];
extern const char export_replay_style[]; /* after the other one */

#endif
