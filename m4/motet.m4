# Probes for libraries, compiler flags and linker flags. A flag counts as supported only if it gives no
# warning (clang accepts unknown warnings with one), so -Werror is on while we ask.

# MOTET_IF_FLAG(VARIABLE, FLAG, YES, NO)
# Runs YES if a program compiles and links with FLAG added to VARIABLE.
AC_DEFUN([MOTET_IF_FLAG],
[AS_VAR_PUSHDEF([cache], [motet_cv_flag_$1_$2])dnl
AC_CACHE_CHECK([whether the compiler takes $2], [cache],
  [motet_saved_cflags=$CFLAGS
  motet_saved_$1=$[]$1
  CFLAGS="$CFLAGS -Werror"
  $1="$[]$1 $2"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [[return puts("") < 0;]])],
    [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
  $1=$motet_saved_$1
  CFLAGS=$motet_saved_cflags])
AS_VAR_IF([cache], [yes], [$3], [$4])
AS_VAR_POPDEF([cache])])

# MOTET_ADD_CFLAG(FLAG): uses FLAG for compiling where it is supported.
AC_DEFUN([MOTET_ADD_CFLAG],
[MOTET_IF_FLAG([CFLAGS], [$1], [MOTET_CFLAGS="$MOTET_CFLAGS $1"])])

# MOTET_ADD_LDFLAG(FLAG): uses FLAG for linking where it is supported.
AC_DEFUN([MOTET_ADD_LDFLAG],
[MOTET_IF_FLAG([LDFLAGS], [$1], [MOTET_LDFLAGS="$MOTET_LDFLAGS $1"])])

# MOTET_REQUIRE_FLAG(FLAG, SENTENCE): uses FLAG for both, or stops with SENTENCE.
AC_DEFUN([MOTET_REQUIRE_FLAG],
[MOTET_IF_FLAG([CFLAGS], [$1],
  [MOTET_CFLAGS="$MOTET_CFLAGS $1"
  MOTET_LDFLAGS="$MOTET_LDFLAGS $1"],
  [AC_MSG_ERROR([$2])])])

# MOTET_CHECK_OPTIMISED(YES): runs YES if CFLAGS turn the optimiser on.
AC_DEFUN([MOTET_CHECK_OPTIMISED],
[AC_CACHE_CHECK([whether the optimiser is on], [motet_cv_optimised],
  [AC_COMPILE_IFELSE([AC_LANG_SOURCE([[#ifndef __OPTIMIZE__
#error "not optimised"
#endif
int nothing;]])], [motet_cv_optimised=yes], [motet_cv_optimised=no])])
AS_VAR_IF([motet_cv_optimised], [yes], [$1])])

# MOTET_ADD_FORTIFY: the highest fortify level that compiler and C library take. Some
# distributions predefine a level, hence -U.
AC_DEFUN([MOTET_ADD_FORTIFY],
[MOTET_IF_FLAG([CFLAGS], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3],
  [MOTET_CPPFLAGS="$MOTET_CPPFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"],
  [MOTET_IF_FLAG([CFLAGS], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2],
    [MOTET_CPPFLAGS="$MOTET_CPPFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])])])

# MOTET_NEED(PREFIX, MODULE, DEBIAN_PACKAGE): sets PREFIX_CFLAGS and PREFIX_LIBS, or
# stops with what to install.
AC_DEFUN([MOTET_NEED],
[PKG_CHECK_MODULES([$1], [$2], [],
  [AC_MSG_ERROR([$2 was not found: install it with its headers (Debian: $3), or run ./bootstrap deps])])])

# MOTET_CHECK_HIGHLIGHT(YES): runs YES if a C++ program with source-highlight can be built.
AC_DEFUN([MOTET_CHECK_HIGHLIGHT],
[AC_LANG_PUSH([C++])
motet_saved_libs=$LIBS
motet_saved_cxxflags=$CXXFLAGS
LIBS="$HIGHLIGHT_LIBS $LIBS"
CXXFLAGS="$CXXFLAGS -std=c++17 $HIGHLIGHT_CFLAGS"
AC_CACHE_CHECK([whether source-highlight can be used], [motet_cv_highlight],
  [AC_LINK_IFELSE([AC_LANG_PROGRAM(
    [[#include <srchilite/settings.h>]],
    [[return srchilite::Settings::retrieveDataDir().empty();]])],
    [motet_cv_highlight=yes], [motet_cv_highlight=no])])
LIBS=$motet_saved_libs
CXXFLAGS=$motet_saved_cxxflags
AC_LANG_POP([C++])
AS_IF([test "$motet_cv_highlight" = yes], [$1])])
