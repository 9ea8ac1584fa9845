/*
 * How many requests may be in flight at once: a line of turns, first come first served.
 * Knows nothing of what a turn does; a member is told when it may go.
 */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include <stdbool.h>
#include <stddef.h>

struct gate_member {
    void (*on_enter)(void *user); /* it is this member's turn; called from gate_leave */
    void *user;
    struct gate_member *next;
    bool is_inside;
    bool is_waiting;
};

struct gate {
    size_t limit;
    size_t inside;
    struct gate_member *first;
    struct gate_member *last;
};

void gate_init(struct gate *gate, size_t limit);

/* True if the member is inside at once; otherwise it waits and on_enter is called later.
 */
bool gate_enter(struct gate *gate, struct gate_member *member);

/* The member goes, from inside or out of the line; the next in line is let in. */
void gate_leave(struct gate *gate, struct gate_member *member);

/* The member's place in the line, from 1; 0 if it is not waiting. */
size_t gate_position(const struct gate *gate, const struct gate_member *member);

#endif
