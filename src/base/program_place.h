/*
 * Where the files that come with Motet are: a program that was built but not installed
 * uses those of its build folder, which it knows by motet-tool standing there; otherwise
 * what stands beside the program's own bin folder, then what was fixed when it was
 * configured. Never the current directory.
 */
#ifndef BASE_PROGRAM_PLACE_H
#define BASE_PROGRAM_PLACE_H

struct program_place {
    char *helper_folder; /* of motet-tool; NULL: it is not installed */
    char *data_folder;   /* in which tools/ and prompts/ are */
};

/* Finds them for a program by its path; NULL: the one that runs. */
void program_place_init(struct program_place *place, const char *program);
void program_place_clear(struct program_place *place);

#endif
