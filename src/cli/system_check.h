/*
 * What motet doctor looks at on this machine: terminal, locale, TLS, proxy variables.
 * Cheap looks at the environment; nothing is sent anywhere.
 */
#ifndef CLI_SYSTEM_CHECK_H
#define CLI_SYSTEM_CHECK_H

#include "src/cli/finding.h"

void system_check_terminal(struct finding_list *list);
void system_check_locale(struct finding_list *list);
void system_check_tls(struct finding_list *list);
void system_check_proxy(struct finding_list *list);

#endif
