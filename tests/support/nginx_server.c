/*
 * nginx runs in the foreground as one process, with all its files in the folder; it logs
 * to its standard output, which says when it listens and what was asked of it. It cannot
 * choose a port of its own: free ones are looked for, and others tried if somebody was
 * faster.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/nginx_server.h"

#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/compiler.h"
#include "src/base/mem.h"
#include "tests/support/loop_wait.h"

#define LOG_MAX    ((size_t)16 << 20)
#define STARTS_MAX 5

/* Its notice that the sockets are open. */
#define READY "using the \"epoll\" event method"

static const char openssl_config[] =
    "[req]\ndistinguished_name = name\nprompt = no\nx509_extensions = authority\n"
    "[name]\nCN = motet test\n"
    "[authority]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = keyCertSign\n"
    "subjectKeyIdentifier = hash\n"
    "[server]\nsubjectAltName = IP:127.0.0.1, DNS:" NGINX_SERVER_NAME "\n"
    "[client]\nextendedKeyUsage = clientAuth\n";

/* --- Commands
 * --------------------------------------------------------------------------- */

/* A command that is waited for. */
struct command {
    bool is_done;
    int exit_code;
};

static void command_on_done(void *user, const struct process_result *result)
{
    struct command *command = user;
    command->is_done = true;
    command->exit_code = result->error.class == ERROR_NONE ? result->exit_code : -1;
    if (command->exit_code != 0)
        print_message("%.2000s%.2000s\n", result->output, result->errors);
}

static bool command_is_done(void *user)
{
    return ((const struct command *)user)->is_done;
}

/* Runs a command, words between spaces, in the folder. */
static void run(struct nginx_server *server, const char *line)
{
    enum { WORDS_MAX = 40 };
    const char *argv[WORDS_MAX + 1] = {NULL};
    char *copy = mem_strdup(line);
    size_t count = 0;
    for (char *at = copy; *at != '\0' && count < WORDS_MAX;) {
        const size_t len = strcspn(at, " ");
        argv[count++] = at;
        at += len;
        if (*at == ' ')
            *at++ = '\0';
    }
    struct command command = {.is_done = false};
    struct error err = {.class = ERROR_NONE};
    const struct process_options options = {.argv = argv,
                                            .directory = server->folder,
                                            .output_max = 65536,
                                            .errors_max = 65536,
                                            .deadline_ms = 30000};
    struct process *process = process_start(
        server->loop, &options,
        &(struct process_handler){.on_done = command_on_done, .user = &command}, &err);
    assert_non_null(process);
    assert_true(loop_wait(server->loop, command_is_done, &command));
    process_free(process);
    mem_free(copy);
    if (command.exit_code != 0)
        fail_msg("%s: exit code %d", line, command.exit_code);
}

/* --- Files
 * ------------------------------------------------------------------------------ */

static void write_file(const struct nginx_server *server, const char *name,
                       const char *text)
{
    char *path = strbuf_format("%s/%s", server->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    mem_free(path);
}

/* Makes a key and a certificate signed by the authority. */
static void make_certificate(struct nginx_server *server, const char *name)
{
    char *request = strbuf_format("openssl req -config openssl.cnf -new -newkey ec "
                                  "-pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "
                                  "%s.key -out %s.csr",
                                  name, name);
    char *sign = strbuf_format("openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key "
                               "-CAcreateserial -days 2 -extfile openssl.cnf -extensions "
                               "%s -out %s.pem",
                               name, name, name);
    run(server, request);
    run(server, sign);
    mem_free(request);
    mem_free(sign);
}

static void make_authority(struct nginx_server *server, const char *name)
{
    char *line =
        strbuf_format("openssl req -config openssl.cnf -x509 -newkey ec -pkeyopt "
                      "ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout %s.key "
                      "-out %s.pem",
                      name, name);
    run(server, line);
    mem_free(line);
}

static void make_files(struct nginx_server *server)
{
    const char *base = getenv("TMPDIR");
    server->folder =
        strbuf_format("%s/motet-nginx.XXXXXX", base != NULL && *base ? base : "/tmp");
    assert_non_null(mkdtemp(server->folder));
    server->ca_file = strbuf_format("%s/ca.pem", server->folder);
    server->other_ca_file = strbuf_format("%s/other.pem", server->folder);
    server->client_cert = strbuf_format("%s/client.pem", server->folder);
    server->client_key = strbuf_format("%s/client.key", server->folder);
    write_file(server, "openssl.cnf", openssl_config);
    make_authority(server, "ca");
    make_authority(server, "other");
    make_certificate(server, "server");
    make_certificate(server, "client");
}

/* Removes the folder and what is in it, and in its empty folders. */
static void remove_files(const struct nginx_server *server)
{
    DIR *folder = opendir(server->folder);
    for (struct dirent *entry = folder != NULL ? readdir(folder) : NULL; entry != NULL;
         entry = readdir(folder)) {
        char *path = strbuf_format("%s/%s", server->folder, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path) != 0)
            rmdir(path);
        mem_free(path);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(server->folder);
}

/* --- The server
 * ------------------------------------------------------------------------- */

/* Appends a server on the port in front of the other; `more` are further lines. */
static void append_site(struct strbuf *config, int port, int upstream_port,
                        const char *more)
{
    strbuf_append_format(config,
                         "    server {\n"
                         "        listen 127.0.0.1:%d ssl http2;\n%s"
                         "        location / { proxy_pass http://127.0.0.1:%d; }\n"
                         "    }\n",
                         port, more, upstream_port);
}

static void write_config(const struct nginx_server *server, int upstream_port)
{
    static const char *const temporary[] = {"client_body", "proxy", "fastcgi", "uwsgi",
                                            "scgi"};
    const char *folder = server->folder;
    struct strbuf config;
    strbuf_init(&config, LOG_MAX);
    strbuf_append_format(&config,
                         "daemon off;\nmaster_process off;\npid %s/nginx.pid;\n"
                         "error_log /dev/stdout notice;\n"
                         "events { worker_connections 512; }\n"
                         "http {\n"
                         "    log_format test 'request $connection $server_protocol "
                         "$status $uri';\n"
                         "    access_log /dev/stdout test;\n"
                         "    ssl_certificate %s/server.pem;\n"
                         "    ssl_certificate_key %s/server.key;\n"
                         "    proxy_http_version 1.1;\n"
                         "    proxy_set_header Connection '';\n"
                         "    proxy_buffering off;\n",
                         folder, folder, folder);
    for (size_t i = 0; i < COUNT_OF(temporary); i++)
        strbuf_append_format(&config, "    %s_temp_path %s/%s;\n", temporary[i], folder,
                             temporary[i]);
    char *verify = strbuf_format("        ssl_client_certificate %s/ca.pem;\n"
                                 "        ssl_verify_client on;\n",
                                 folder);
    append_site(&config, server->port, upstream_port, "");
    append_site(&config, server->client_port, upstream_port, verify);
    strbuf_append_text(&config, "}\n");
    write_file(server, "nginx.conf", strbuf_text(&config));
    mem_free(verify);
    strbuf_clear(&config);
}

/* A port that was free a moment ago. */
static int find_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void server_on_output(void *user, const char *bytes, size_t len)
{
    struct nginx_server *server = user;
    strbuf_append(&server->log, bytes, len);
}

static void server_on_done(void *user, const struct process_result *result)
{
    struct nginx_server *server = user;
    strbuf_append(&server->log, result->errors, result->errors_len);
    server->is_over = true;
}

static bool has_begun(void *user)
{
    const struct nginx_server *server = user;
    return server->is_over || strstr(strbuf_text(&server->log), READY) != NULL;
}

/* Where Debian has it, which is not in everybody's PATH. */
static const char *find_nginx(void)
{
    static const char *const paths[] = {"/usr/sbin/nginx", "/usr/local/sbin/nginx",
                                        "/usr/bin/nginx", "/usr/local/bin/nginx"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    }
    return NULL;
}

/* Tries to start with two new ports; false if it ended at once. */
static bool start(struct nginx_server *server, int upstream_port)
{
    struct error err = {.class = ERROR_NONE};
    server->port = find_port();
    server->client_port = find_port();
    write_config(server, upstream_port);
    char *path = strbuf_format("%s/nginx.conf", server->folder);
    const char *const argv[] = {find_nginx(), "-p", server->folder, "-c",
                                path,         "-e", "stderr",       NULL};
    const struct process_options options = {.argv = argv,
                                            .directory = server->folder,
                                            .output_max = LOG_MAX,
                                            .errors_max = 65536};
    const struct process_handler handler = {server_on_output, server_on_done, server};
    server->is_over = false;
    server->process = process_start(server->loop, &options, &handler, &err);
    assert_non_null(server->process);
    mem_free(path);
    assert_true(loop_wait(server->loop, has_begun, server));
    if (!server->is_over)
        return true;
    process_free(server->process);
    server->process = NULL;
    return false;
}

bool nginx_server_is_there(const char **why_not)
{
    const bool has_openssl = access("/usr/bin/openssl", X_OK) == 0 ||
                             access("/usr/local/bin/openssl", X_OK) == 0;
    *why_not = find_nginx() == NULL ? "nginx is not installed" : "";
    if (find_nginx() != NULL && !has_openssl)
        *why_not = "openssl is not installed";
    return **why_not == '\0';
}

void nginx_server_init(struct nginx_server *server, struct ev_loop *loop, int port)
{
    *server = (struct nginx_server){.loop = loop};
    strbuf_init(&server->log, LOG_MAX);
    signal(SIGPIPE, SIG_IGN);
    make_files(server);
    for (int tries = 0; tries < STARTS_MAX; tries++) {
        if (start(server, port))
            return;
    }
    fail_msg("nginx does not start: %.4000s", strbuf_text(&server->log));
}

void nginx_server_clear(struct nginx_server *server)
{
    if (server->folder == NULL)
        return;
    process_free(server->process);
    remove_files(server);
    strbuf_clear(&server->log);
    mem_free(server->folder);
    mem_free(server->ca_file);
    mem_free(server->other_ca_file);
    mem_free(server->client_cert);
    mem_free(server->client_key);
    *server = (struct nginx_server){0};
}

/* --- The log
 * ---------------------------------------------------------------------------- */

static const char line_start[] = "request ";

/* The next line about a request at or after `at`, or NULL. */
static const char *find_request(const char *at)
{
    while ((at = strstr(at, line_start)) != NULL) {
        if (strchr(at, '\n') != NULL)
            return at;
        at++;
    }
    return NULL;
}

struct request_wait {
    const struct nginx_server *server;
    size_t count;
};

static bool has_requests(void *user)
{
    const struct request_wait *wait = user;
    size_t count = 0;
    for (const char *at = find_request(strbuf_text(&wait->server->log)); at != NULL;
         at = find_request(at + 1))
        count++;
    return count >= wait->count;
}

void nginx_server_wait_requests(struct nginx_server *server, size_t count)
{
    struct request_wait wait = {server, count};
    if (!loop_wait(server->loop, has_requests, &wait))
        fail_msg("no %zu requests in: %.8000s", count, strbuf_text(&server->log));
}

size_t nginx_server_count_connections(const struct nginx_server *server)
{
    enum { SEEN_MAX = 256 };
    unsigned long seen[SEEN_MAX];
    size_t count = 0;
    for (const char *at = find_request(strbuf_text(&server->log)); at != NULL;
         at = find_request(at + 1)) {
        const unsigned long number = strtoul(at + sizeof(line_start) - 1, NULL, 10);
        size_t known = 0;
        while (known < count && seen[known] != number)
            known++;
        if (known == count && count < SEEN_MAX)
            seen[count++] = number;
    }
    return count;
}
