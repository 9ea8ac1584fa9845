/*
 * Two rounds: the first maps each name by itself, the second gives a hash to those that
 * collide, but for one that had no need to change. Should hashes collide too, a number
 * makes them differ.
 */
#include "src/tool/wire_name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"

/* "_" and eight digits. */
#define HASH_LEN 9

static bool wire_is_good(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-';
}

/* FNV-1a. */
static uint32_t wire_hash(const char *name, unsigned round)
{
    uint32_t hash = 2166136261u + round;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

/* Ends the name with a hash of the original, cut as far as needed. */
static void wire_mark(char *wire, const char *name, unsigned round)
{
    size_t len = strlen(wire);
    if (len > WIRE_NAME_MAX - HASH_LEN)
        len = WIRE_NAME_MAX - HASH_LEN;
    snprintf(wire + len, HASH_LEN + 1, "_%08lx", (unsigned long)wire_hash(name, round));
}

/* The name by itself. */
static void wire_map(char *wire, const char *name)
{
    size_t len = 0;
    bool has_dot = false;
    /* Some services want a letter or an underscore in front. */
    if ((name[0] >= '0' && name[0] <= '9') || name[0] == '-' || name[0] == '\0')
        wire[len++] = '_';
    const char *at = name;
    for (; *at != '\0' && len < WIRE_NAME_MAX; at++) {
        /* The bytes that follow in a character of several. */
        if (((unsigned char)*at & 0xc0) == 0x80)
            continue;
        if (*at == '.' && !has_dot) {
            has_dot = true;
            wire[len++] = '_';
            if (len == WIRE_NAME_MAX)
                break;
        }
        wire[len++] = (char)(wire_is_good(*at) ? *at : '_');
    }
    wire[len] = '\0';
    if (*at != '\0')
        wire_mark(wire, name, 0);
}

static bool wire_is_taken(const struct wire_names *table, size_t index)
{
    for (size_t i = 0; i < table->len; i++) {
        if (i != index && strcmp(table->items[i], table->items[index]) == 0)
            return true;
    }
    return false;
}

void wire_names_init(struct wire_names *table, const char *const *names, size_t count)
{
    table->items = mem_alloc_array(count > 0 ? count : 1, sizeof(table->items[0]));
    table->len = count;
    bool *is_colliding = mem_alloc_array(count > 0 ? count : 1, sizeof(bool));
    for (size_t i = 0; i < count; i++)
        wire_map(table->items[i], names[i]);
    for (size_t i = 0; i < count; i++)
        is_colliding[i] =
            strcmp(table->items[i], names[i]) != 0 && wire_is_taken(table, i);
    for (size_t i = 0; i < count; i++) {
        if (is_colliding[i])
            wire_mark(table->items[i], names[i], 0);
    }
    for (size_t i = 0; i < count; i++) {
        for (unsigned round = 1; wire_is_taken(table, i); round++) {
            wire_map(table->items[i], names[i]);
            wire_mark(table->items[i], names[i], round);
        }
    }
    mem_free(is_colliding);
}

void wire_names_clear(struct wire_names *table)
{
    mem_free(table->items);
    *table = (struct wire_names){.items = NULL};
}

bool wire_names_find(const struct wire_names *table, const char *wire, size_t *index)
{
    for (size_t i = 0; i < table->len; i++) {
        if (strcmp(table->items[i], wire) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}
