/*
 * What a fuzz driver defines: one function that feeds bytes to a parser and asserts what
 * must hold for any input. Built for fuzzing, libFuzzer calls it with inputs it invents;
 * otherwise replay.c calls it with the files of tests/fuzz/corpus/NAME/ (NAME as in
 * fuzz_NAME.c), so that seeds and old findings are tried in every run of the tests.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input. Returns 0; a fault is a crash, an assertion or a sanitizer's report.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
