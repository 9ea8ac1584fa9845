/*
 * What the network of this build consists of, for a person who looks for a fault: the
 * transfer library, its TLS library, and where trusted certificates are read from. Facts
 * only; nothing here touches the network.
 */
#ifndef NET_NETWORK_FACTS_H
#define NET_NETWORK_FACTS_H

#include <stdbool.h>

/* Texts are static or of the environment; valid until that changes. */
struct network_facts {
    const char *version;   /* of libcurl */
    const char *tls;       /* name and version of the TLS library; NULL: there is none */
    const char *ca_file;   /* the trusted certificates, or NULL */
    const char *ca_folder; /* the same as a folder of files, or NULL */
    bool is_ca_given;      /* ca_file is what SSL_CERT_FILE says */
    bool has_http2;
};

/* Looks them up. */
struct network_facts network_facts_get(void);

#endif
