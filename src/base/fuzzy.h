/*
 * How well a few typed letters fit a name: they have to stand in it in their order, not
 * side by side. A pure function; ASCII letters fit in either case, other characters by
 * their bytes. Words of the pattern are looked for one by one, in any order.
 */
#ifndef BASE_FUZZY_H
#define BASE_FUZZY_H

/*
 * The score of `name` for the pattern, larger is better; -1 if it does not fit. Letters
 * that stand together, at the beginning of a word or of the name make a good fit, skipped
 * ones a bad one; of two equal fits the shorter name is the better. An empty pattern fits
 * everything, with 0.
 */
int fuzzy_score(const char *pattern, const char *name);

#endif
