/*
 * source-highlight as a module with a C interface: the one file in C++. The library calls
 * a formatter for each piece of a line with the name of what it is; the formatters write
 * spans. It may throw: a missing file, an expression too complex for its line. Then the
 * block goes on plain.
 *
 * A language is looked up in the library's own map and never taken for a file name.
 */
#include "ui/render/highlight_driver.h"

#include <cctype>
#include <memory>
#include <string>

#include <srchilite/formatter.h>
#include <srchilite/formattermanager.h>
#include <srchilite/formatterparams.h>
#include <srchilite/langdefmanager.h>
#include <srchilite/langmap.h>
#include <srchilite/regexrulefactory.h>
#include <srchilite/settings.h>
#include <srchilite/sourcehighlighter.h>

namespace {

const std::size_t language_name_max = 30;

struct kind_name {
    const char *name;
    highlight_kind kind;
};

const kind_name kind_names[] = {
    {"keyword", HIGHLIGHT_KEYWORD}, {"preproc", HIGHLIGHT_KEYWORD},
    {"type", HIGHLIGHT_TYPE},       {"classname", HIGHLIGHT_TYPE},
    {"usertype", HIGHLIGHT_TYPE},   {"function", HIGHLIGHT_NAME},
    {"name", HIGHLIGHT_NAME},       {"label", HIGHLIGHT_NAME},
    {"attribute", HIGHLIGHT_NAME},  {"property", HIGHLIGHT_NAME},
    {"variable", HIGHLIGHT_NAME},   {"selector", HIGHLIGHT_NAME},
    {"string", HIGHLIGHT_TEXT},     {"specialchar", HIGHLIGHT_TEXT},
    {"regexp", HIGHLIGHT_TEXT},     {"path", HIGHLIGHT_TEXT},
    {"value", HIGHLIGHT_TEXT},      {"number", HIGHLIGHT_NUMBER},
    {"comment", HIGHLIGHT_COMMENT}, {"todo", HIGHLIGHT_COMMENT},
    {"url", HIGHLIGHT_COMMENT},     {"date", HIGHLIGHT_NUMBER},
};

/* Where the spans of the line that is read go. */
struct line_spans {
    highlight_span *spans = nullptr;
    std::size_t count = 0;
    std::size_t len = 0;
};

class span_formatter : public srchilite::Formatter {
  public:
    span_formatter(line_spans *line, highlight_kind kind) : line_(line), kind_(kind)
    {
    }

    void format(const std::string &text,
                const srchilite::FormatterParams *params) override
    {
        if (kind_ == HIGHLIGHT_PLAIN || params == nullptr || params->start < 0 ||
            text.empty())
            return;
        const std::size_t start = static_cast<std::size_t>(params->start);
        highlight_span *last =
            line_->count > 0 ? &line_->spans[line_->count - 1] : nullptr;
        const std::size_t from = last != nullptr ? last->start + last->len : 0;
        if (start < from || start + text.size() > line_->len ||
            line_->count == HIGHLIGHT_LINE_MAX)
            return;
        if (last != nullptr && last->kind == kind_ && start == from)
            last->len += text.size();
        else
            line_->spans[line_->count++] = {start, text.size(), kind_};
    }

  private:
    line_spans *line_;
    highlight_kind kind_;
};

struct block_state {
    srchilite::RegexRuleFactory rules;
    srchilite::LangDefManager languages{&rules};
    std::unique_ptr<srchilite::LangMap> names;
    std::unique_ptr<srchilite::SourceHighlighter> highlighter;
    std::unique_ptr<srchilite::FormatterManager> formatters;
    srchilite::FormatterParams params;
    line_spans line;
    std::string folder;
};

void *driver_open()
{
    try {
        std::unique_ptr<block_state> made(new block_state);
        made->folder = srchilite::Settings::retrieveDataDir();
        made->names.reset(new srchilite::LangMap(made->folder, "lang.map"));
        made->formatters.reset(new srchilite::FormatterManager(
            srchilite::FormatterPtr(new span_formatter(&made->line, HIGHLIGHT_PLAIN))));
        for (const kind_name &kind : kind_names)
            made->formatters->addFormatter(
                kind.name,
                srchilite::FormatterPtr(new span_formatter(&made->line, kind.kind)));
        return made.release();
    } catch (...) {
        return nullptr;
    }
}

void driver_close(void *state)
{
    delete static_cast<block_state *>(state);
}

bool driver_begin(void *state, const char *language, size_t len)
{
    block_state *block = static_cast<block_state *>(state);
    block->highlighter.reset();
    if (len == 0 || len > language_name_max)
        return false;
    try {
        std::string name(language, len);
        for (char &letter : name)
            letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        const std::string file = block->names->getMappedFileName(name);
        if (file.empty())
            return false;
        block->highlighter.reset(new srchilite::SourceHighlighter(
            block->languages.getHighlightState(block->folder, file)));
        block->highlighter->setFormatterManager(block->formatters.get());
        block->highlighter->setFormatterParams(&block->params);
        block->highlighter->setOptimize(false);
        return true;
    } catch (...) {
        block->highlighter.reset();
        return false;
    }
}

size_t driver_line(void *state, const char *line, size_t len, highlight_span *spans)
{
    block_state *block = static_cast<block_state *>(state);
    if (!block->highlighter)
        return 0;
    try {
        block->line.spans = spans;
        block->line.count = 0;
        block->line.len = len;
        block->params.start = 0;
        block->highlighter->highlightParagraph(std::string(line, len));
        return block->line.count;
    } catch (...) {
        block->highlighter.reset();
        return 0;
    }
}

} // namespace

extern "C" const highlight_driver motet_highlight_1;
const highlight_driver motet_highlight_1 = {driver_open, driver_close, driver_begin,
                                            driver_line};
