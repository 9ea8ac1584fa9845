/*
 * What can be saved of a damaged database. Its pages are read without SQLite: every page
 * that still is a leaf of a table gives its rows, whatever has become of the pages that
 * led there, and a row tells by the number and types of its columns which table it is
 * from. The damaged files are kept, under other names.
 */
#ifndef STORE_STORE_SALVAGE_H
#define STORE_STORE_SALVAGE_H

#include <stdbool.h>

#include "src/base/error.h"

/*
 * Waits until no other program mends a database in that folder; the number is for
 * store_salvage_unlock, -1 means that there is no lock to be had. Look again afterwards
 * whether there is still something to mend.
 */
int store_salvage_lock(const char *path);
void store_salvage_unlock(int lock);

/*
 * Puts a new database with what could be read in the place of the damaged one, and keeps
 * that as PATH.damaged-DATE. `notice` (a sentence, caller frees) says what was saved.
 * False with err filled if that was not possible (another program has it open, it never
 * was a database of Motet, the disk is full); then everything is as it was.
 */
bool store_salvage(const char *path, char **notice, struct error *err);

/* Damage that was met while the database was in use is noted in an empty file beside it,
 * PATH-damaged, for a look at all of it when it is opened next. */
void store_salvage_note(const char *path);
bool store_salvage_is_noted(const char *path);
void store_salvage_unnote(const char *path);

#endif
