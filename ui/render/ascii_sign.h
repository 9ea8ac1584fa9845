/*
 * ASCII forms of the signs that Motet draws: states, lines, marks. For locales that
 * promise no more than ASCII; the text of answers stays as it is. Each form has the width
 * of its sign, and signs that tell states apart have forms that do.
 */
#ifndef RENDER_ASCII_SIGN_H
#define RENDER_ASCII_SIGN_H

#include <stdint.h>

/* The form of a sign, or the code itself where it is none of ours. */
uint32_t ascii_sign(uint32_t code);

#endif
