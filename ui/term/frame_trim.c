/*
 * With many panes a frame has some hundred changes of attributes; a third of the bytes of
 * each is the choice of a character set that is chosen already.
 */
#include "ui/term/frame_trim.h"

#include <string.h>

static const char usual_set[] = "\033(B";

size_t frame_trim(char *bytes, size_t len)
{
    const size_t set_len = sizeof(usual_set) - 1;
    const char *const end = bytes + len;
    const char *at = bytes;
    char *to = bytes;
    while (at < end) {
        /* Nothing but what is kept is searched again from its second byte. */
        const char *escape = memchr(at, usual_set[0], (size_t)(end - at));
        const char *stop = escape != NULL ? escape : end;
        memmove(to, at, (size_t)(stop - at));
        to += stop - at;
        at = stop;
        if (escape == NULL)
            break;
        if ((size_t)(end - at) >= set_len && memcmp(at, usual_set, set_len) == 0)
            at += set_len;
        else
            *to++ = *at++;
    }
    return (size_t)(to - bytes);
}
