/* The script of an exported replay. */
#ifndef STORE_REPLAY_SCRIPT_H
#define STORE_REPLAY_SCRIPT_H

extern const char replay_script[];

#endif
