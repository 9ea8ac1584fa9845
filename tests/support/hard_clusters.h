/*
 * Clusters that are hard to draw: those of which libraries and terminals have different
 * opinions, and those that mean harm. And a grid of all of them on a canvas, each between
 * two bars whose columns are known, at least 130 columns wide.
 */
#ifndef SUPPORT_HARD_CLUSTERS_H
#define SUPPORT_HARD_CLUSTERS_H

#include <stddef.h>

#include "ui/render/canvas.h"

struct hard_cluster {
    const char *text;
    size_t len;
};

extern const struct hard_cluster hard_clusters[];
extern const size_t hard_cluster_count;

/* Where the bars of a cluster stand on a grid of that width. */
struct hard_place {
    int left;
    int right;
    int y;
};
struct hard_place hard_cluster_place(size_t index, int width);

/* Draws the grid; what has no room on the canvas is left out. */
void hard_clusters_draw(struct canvas *canvas);

#endif
