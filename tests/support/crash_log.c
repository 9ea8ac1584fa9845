/* A file of a fixed size, mapped. */
#include "tests/support/crash_log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "src/base/strbuf.h"

/* Six that talk, one that thinks before, and two that call tools. */
static const char *const models[CRASH_CHATS] = {"sage?tokens=120&ttft=10&seed=1&",
                                                "coder?tokens=120&ttft=5&seed=2&",
                                                "polyglot?tokens=120&ttft=20&seed=3&",
                                                "sage?tokens=90&ttft=40&seed=4&",
                                                "thinker?ttft=10&seed=5&",
                                                "echo?ttft=10&seed=6&",
                                                "tools?ttft=10&seed=7&",
                                                "tools?ttft=30&seed=8&"};

char *crash_model(size_t chat)
{
    return strbuf_format("%srate=300", models[chat]);
}

char *crash_prompt(size_t chat, size_t number)
{
    return strbuf_format("Chat %zu, prompt %zu: what is the weather in Oslo, and what "
                         "else is there to say about it?",
                         chat, number);
}

struct crash_log *crash_log_map(const char *path, int is_new)
{
    const int fd =
        open(path, O_RDWR | O_CLOEXEC | (is_new ? O_CREAT | O_TRUNC : 0), 0600);
    if (fd < 0 || (is_new && ftruncate(fd, sizeof(struct crash_log)) != 0))
        abort();
    struct crash_log *log =
        mmap(NULL, sizeof(*log), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (log == MAP_FAILED)
        abort();
    close(fd);
    return log;
}

void crash_log_unmap(struct crash_log *log)
{
    munmap(log, sizeof(*log));
}
