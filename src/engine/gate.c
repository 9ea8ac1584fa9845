/* A singly linked line and a counter. */
#include "src/engine/gate.h"

void gate_init(struct gate *gate, size_t limit)
{
    *gate = (struct gate){.limit = limit};
}

bool gate_enter(struct gate *gate, struct gate_member *member)
{
    if (gate->inside < gate->limit && gate->first == NULL) {
        gate->inside++;
        member->is_inside = true;
        return true;
    }
    member->is_waiting = true;
    member->next = NULL;
    if (gate->last != NULL)
        gate->last->next = member;
    else
        gate->first = member;
    gate->last = member;
    return false;
}

/* Takes the member out of the line; it must be in it. */
static void gate_unlink(struct gate *gate, struct gate_member *member)
{
    struct gate_member *before = NULL;
    for (struct gate_member *at = gate->first; at != member; at = at->next)
        before = at;
    if (before != NULL)
        before->next = member->next;
    else
        gate->first = member->next;
    if (gate->last == member)
        gate->last = before;
    member->is_waiting = false;
}

void gate_leave(struct gate *gate, struct gate_member *member)
{
    if (member->is_waiting) {
        gate_unlink(gate, member);
        return;
    }
    if (!member->is_inside)
        return;
    member->is_inside = false;
    gate->inside--;
    while (gate->first != NULL && gate->inside < gate->limit) {
        struct gate_member *next = gate->first;
        gate_unlink(gate, next);
        gate->inside++;
        next->is_inside = true;
        next->on_enter(next->user);
    }
}

size_t gate_position(const struct gate *gate, const struct gate_member *member)
{
    size_t position = 1;
    for (const struct gate_member *at = gate->first; at != NULL; at = at->next) {
        if (at == member)
            return position;
        position++;
    }
    return 0;
}
