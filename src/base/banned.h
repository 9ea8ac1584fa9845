/*
 * Functions of the C library that this program does not use: using one fails the
 * build. Included after the standard headers by every file, through mem.h.
 * In their place: strbuf.h for text, number.h for numbers, clock.h for time.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__GNUC__)
/* With fortification these are macros of the C library. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strtok gets gmtime localtime
#pragma GCC poison popen atoi
#endif

/* "system" is also a word of this program (the system prompt): only a call is refused. */
#define system(command) banned_function_system

#endif
