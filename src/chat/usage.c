/* The one thing usage needs code for: "unknown" is not zero. */
#include "src/chat/usage.h"

struct usage usage_unknown(void)
{
    return (struct usage){-1, -1, -1, -1};
}
