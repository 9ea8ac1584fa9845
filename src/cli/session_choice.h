/* What motet sessions export and import are told on the command line. */
#ifndef CLI_SESSION_CHOICE_H
#define CLI_SESSION_CHOICE_H

#include "src/base/text_list.h"

struct session_file_choice {
    char *format; /* "markdown"; NULL: by the file's ending */
    char *out_path;
    char *recording;        /* a page is made of it; or NULL */
    char *as;               /* the form of the files; NULL: it is guessed */
    struct text_list chats; /* numbers of chats, from 1; none: all of them */
};

#endif
