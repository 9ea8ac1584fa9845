/*
 * The pages of a SQLite database, read without SQLite: what the file holds, and in its
 * place what committed transactions in the write-ahead log hold. Nothing is believed:
 * sizes and numbers are checked, a page that is not there is NULL. Format:
 * https://www.sqlite.org/fileformat2.html
 */
#ifndef STORE_PAGE_FILE_H
#define STORE_PAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

struct page_file;

/* Opens PATH and PATH-wal for reading. NULL with err filled if PATH cannot be read. */
struct page_file *page_file_open(const char *path, struct error *err);
void page_file_close(struct page_file *file);

/* How many pages there may be, and how many bytes of each are used. */
uint32_t page_file_count(const struct page_file *file);
uint32_t page_file_usable(const struct page_file *file);

/* True if the file begins as a database does, or with nothing at all. */
bool page_file_is_database(const struct page_file *file);

/* A page, the first is 1; NULL: not readable. Two pages can be held: `slot` is 0 or 1.
 * Valid until the next call with that slot. */
const uint8_t *page_file_get(struct page_file *file, uint32_t number, int slot);

#endif
