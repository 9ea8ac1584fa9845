/*
 * The only file that knows compiler extensions. Everything is empty where the
 * compiler has none, so the rest of the program stays plain C11.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#if defined(__GNUC__)
#define LIKE_PRINTF(format_index, first_arg)                                             \
    __attribute__((format(printf, format_index, first_arg)))
#define MUST_CHECK __attribute__((warn_unused_result))
#else
#define LIKE_PRINTF(format_index, first_arg)
#define MUST_CHECK
#endif

#define NORETURN _Noreturn

/* The number of elements of a true array. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
