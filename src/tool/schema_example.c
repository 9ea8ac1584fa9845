/* Values for what a schema asks for, the plainest that it allows; see schema_check.h. */
#include <math.h>
#include <string.h>

#include "src/base/compiler.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/tool/schema_check.h"
#include "src/tool/schema_ref.h"

#define EXAMPLE_LEVELS_MAX 20
#define EXAMPLE_ITEMS_MAX  20
#define EXAMPLE_TEXT_MAX   1000
/* Of all values together: lists of lists of lists would be many. */
#define EXAMPLE_VALUES_MAX 2000

struct example {
    const cJSON *document;
    int level;
    int values;
};

static cJSON *example_make(struct example *example, const cJSON *schema);

static double limit_or(const cJSON *schema, const char *name, double otherwise)
{
    const cJSON *item = json_get(schema, name);
    return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

static cJSON *example_text(const cJSON *schema)
{
    static const char *const formats[][2] = {
        {"date", "2025-01-31"},
        {"time", "12:00:00Z"},
        {"date-time", "2025-01-31T12:00:00Z"},
        {"email", "someone@example.org"},
        {"uri", "https://example.org/"},
        {"hostname", "example.org"},
        {"ipv4", "192.0.2.1"},
        {"uuid", "6f1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"},
    };
    const char *format = json_get_string(schema, "format");
    for (size_t i = 0; format != NULL && i < COUNT_OF(formats); i++) {
        if (strcmp(formats[i][0], format) == 0)
            return cJSON_CreateString(formats[i][1]);
    }
    const double least = fmin(limit_or(schema, "minLength", 0), EXAMPLE_TEXT_MAX);
    const double most = limit_or(schema, "maxLength", EXAMPLE_TEXT_MAX);
    struct strbuf text;
    strbuf_init(&text, EXAMPLE_TEXT_MAX + 10);
    strbuf_append_text(&text, "text");
    while ((double)text.len < least)
        strbuf_append_char(&text, 'x');
    if ((double)text.len > most)
        strbuf_truncate(&text, most > 0 ? (size_t)most : 0);
    cJSON *made = cJSON_CreateString(strbuf_text(&text));
    strbuf_clear(&text);
    return made;
}

static cJSON *example_number(const cJSON *schema)
{
    double number = 1;
    const double least = limit_or(schema, "minimum", -INFINITY);
    const double above = limit_or(schema, "exclusiveMinimum", -INFINITY);
    const double most = limit_or(schema, "maximum", INFINITY);
    const double below = limit_or(schema, "exclusiveMaximum", INFINITY);
    const double step = limit_or(schema, "multipleOf", 0);
    if (number < least)
        number = ceil(least);
    if (number <= above)
        number = floor(above) + 1;
    if (number > most)
        number = most;
    if (number >= below)
        number = ceil(below) - 1;
    if (step > 0)
        number = ceil(number / step) * step;
    return cJSON_CreateNumber(number);
}

static cJSON *example_list(struct example *example, const cJSON *schema)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *items = json_get(schema, "items");
    const cJSON *prefix = json_get(schema, "prefixItems");
    if (!cJSON_IsArray(prefix))
        prefix = items;
    const cJSON *own = cJSON_IsArray(prefix) ? prefix->child : NULL;
    const int count = (int)fmin(limit_or(schema, "minItems", 0), EXAMPLE_ITEMS_MAX);
    for (int i = 0; i < count; i++) {
        cJSON_AddItemToArray(list, example_make(example, own != NULL ? own : items));
        own = own != NULL ? own->next : NULL;
    }
    return list;
}

/* Adds what `schema` requires and is not there yet. */
static void example_add_required(struct example *example, const cJSON *schema,
                                 cJSON *object)
{
    const cJSON *name;
    cJSON_ArrayForEach(name, json_get(schema, "required"))
    {
        if (!cJSON_IsString(name) || json_get(object, name->valuestring) != NULL)
            continue;
        const cJSON *own = json_get(json_get(schema, "properties"), name->valuestring);
        cJSON_AddItemToObject(object, name->valuestring, example_make(example, own));
    }
}

/* Adds what is not required but has a default: a form that is sent off as it stands. */
static void example_add_defaults(const cJSON *schema, cJSON *object)
{
    const cJSON *properties = json_get(schema, "properties");
    for (const cJSON *own = cJSON_IsObject(properties) ? properties->child : NULL;
         own != NULL; own = own->next) {
        const cJSON *value = json_get(own, "default");
        if (value != NULL && json_get(object, own->string) == NULL)
            cJSON_AddItemToObject(object, own->string, cJSON_Duplicate(value, true));
    }
}

static cJSON *example_object(struct example *example, const cJSON *schema)
{
    cJSON *object = cJSON_CreateObject();
    const cJSON *part;
    example_add_required(example, schema, object);
    cJSON_ArrayForEach(part, json_get(schema, "allOf"))
    {
        example_add_required(example, part, object);
    }
    example_add_defaults(schema, object);
    return object;
}

/* The first type that is not null. */
static const char *type_of(const cJSON *schema)
{
    const cJSON *type = json_get(schema, "type");
    if (cJSON_IsArray(type)) {
        type = type->child;
        if (cJSON_IsString(type) && strcmp(type->valuestring, "null") == 0 &&
            type->next != NULL)
            type = type->next;
    }
    if (cJSON_IsString(type))
        return type->valuestring;
    if (json_get(schema, "properties") != NULL || json_get(schema, "required") != NULL)
        return "object";
    return json_get(schema, "items") != NULL ? "array" : "string";
}

static cJSON *example_by_type(struct example *example, const cJSON *schema)
{
    const char *type = type_of(schema);
    if (strcmp(type, "object") == 0)
        return example_object(example, schema);
    if (strcmp(type, "array") == 0)
        return example_list(example, schema);
    if (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0)
        return example_number(schema);
    if (strcmp(type, "boolean") == 0)
        return cJSON_CreateTrue();
    return strcmp(type, "null") == 0 ? cJSON_CreateNull() : example_text(schema);
}

/* What the schema says itself: a value, or another schema to go on with. */
static const cJSON *given_value(const cJSON *schema)
{
    static const char *const lists[] = {"examples", "enum"};
    static const char *const values[] = {"const", "default", "example"};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        if (json_get(schema, values[i]) != NULL)
            return json_get(schema, values[i]);
    }
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const cJSON *list = json_get(schema, lists[i]);
        if (cJSON_IsArray(list) && list->child != NULL)
            return list->child;
    }
    return NULL;
}

static const cJSON *other_schema(const struct example *example, const cJSON *schema)
{
    static const char *const forms[] = {"anyOf", "oneOf"};
    const char *ref = json_get_string(schema, "$ref");
    if (ref != NULL)
        return schema_ref_find(example->document, ref);
    const bool has_own = json_get(schema, "properties") != NULL;
    for (size_t i = 0; i < COUNT_OF(forms) && !has_own; i++) {
        const cJSON *list = json_get(schema, forms[i]);
        if (cJSON_IsArray(list) && list->child != NULL)
            return list->child;
    }
    const cJSON *all = json_get(schema, "allOf");
    return cJSON_IsArray(all) && json_get(schema, "type") == NULL && !has_own ? all->child
                                                                              : NULL;
}

static cJSON *example_make(struct example *example, const cJSON *schema)
{
    const cJSON *value = given_value(schema);
    if (value != NULL)
        return cJSON_Duplicate(value, true);
    if (example->level == EXAMPLE_LEVELS_MAX || example->values++ > EXAMPLE_VALUES_MAX)
        return cJSON_CreateNull();
    example->level++;
    const cJSON *other = other_schema(example, schema);
    cJSON *made =
        other != NULL ? example_make(example, other) : example_by_type(example, schema);
    example->level--;
    return made;
}

void schema_example(const char *schema, struct strbuf *out)
{
    cJSON *document = json_parse(schema, strlen(schema));
    struct example example = {.document = document};
    cJSON *made = cJSON_IsObject(document) ? example_make(&example, document) : NULL;
    char *text = cJSON_IsObject(made) ? cJSON_PrintUnformatted(made) : NULL;
    strbuf_append_text(out, text != NULL ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(made);
    cJSON_Delete(document);
}
