/* In which form a person who looks elsewhere is called. */
#ifndef RENDER_NOTICE_FORM_H
#define RENDER_NOTICE_FORM_H

enum notice_form { NOTICE_NONE, NOTICE_BELL, NOTICE_OSC9, NOTICE_OSC777 };

#endif
