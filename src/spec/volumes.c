/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "service.h"
#include "tests.h"

#define VOLUME_DIR "/containers/volumes"

/* What is checked at the moment, for messages. */
struct place {
	struct ig_spec *spec;
	const struct ig_entry *entry;
	const char **names; /* of all entries, sorted */
	size_t names_n;
	const struct ig_volume **volumes; /* sorted by name */
	struct ig_err *err;
};

static int wrong(const struct place *place, const struct ig_pos *pos,
		 const char *key)
{
	char name[IG_QUOTE];

	if (place->entry)
		ig_wrap(place->err, "'%s': %s",
			ig_spec_quote(name, place->entry->name), key);
	else
		ig_wrap(place->err, "%s", key);
	return ig_wrap(place->err, "%s:%d:%d", pos->file, pos->line, pos->col);
}

struct key {
	const char *name;
	size_t len;
};

static int key_to_volume(const void *a, const void *b)
{
	const struct key *key = a;
	const struct ig_volume *const *volume = b;
	const char *name = (*volume)->name;
	int c = strncmp(key->name, name, key->len);

	return c ? c : -(int)(name[key->len] != '\0');
}

static int by_volume_name(const void *a, const void *b)
{
	const struct ig_volume *const *x = a;
	const struct ig_volume *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const struct ig_volume *volume_of(const struct place *place,
					 const char *name, size_t len)
{
	struct key key = { name, len };
	const struct ig_volume **v =
		bsearch(&key, place->volumes, place->spec->volumes_n,
			sizeof(struct ig_volume *), key_to_volume);
	char quoted[IG_QUOTE];

	if (v)
		return *v;
	ig_spec_quote(quoted, name);
	if (len < strlen(quoted))
		quoted[len] = '\0';
	ig_fail(place->err, IG_ESPEC,
		"volume '%s' is not declared in 'volumes' (a host path begins with '/')",
		quoted);
	return NULL;
}

static int refuse_writing(const struct place *place, const struct ig_volume *v)
{
	return ig_fail(place->err, IG_ESPEC,
		       "volume '%s' is read-only: bind it with the option 'ro'",
		       v->name);
}

/* "name:/dest:ro" becomes "/containers/volumes/name/merged:/dest:ro". */
static int rewrite_bind(const struct place *place, const char **bind)
{
	const char *dest = strchr(*bind, ':');
	const struct ig_volume *v;
	const char *options;
	char *text;

	/* without ':' it is no bind at all; who makes the bundle says so */
	if (!dest || (*bind)[0] == '/')
		return 0;
	v = volume_of(place, *bind, (size_t)(dest - *bind));
	if (!v)
		return -1;
	options = strchr(dest + 1, ':');
	if (v->readonly && (!options || strcmp(options, ":ro") != 0))
		return refuse_writing(place, v);
	text = ig_arena_printf(place->spec->arena, place->err,
			       VOLUME_DIR "/%s/merged%s", v->name, dest);
	if (!text)
		return -1;
	*bind = text;
	return 0;
}

static int rewrite_binds(const struct place *place, struct ig_strs *binds,
			 const char *key)
{
	for (size_t i = 0; i < binds->n; i++) {
		if (rewrite_bind(place, &binds->v[i]) < 0)
			return wrong(place, &place->entry->pos, key);
	}
	return 0;
}

/* The first of "rw" and "ro" decides. */
static bool mount_writes(const struct ig_mount *mount)
{
	for (size_t i = 0; i < mount->options.n; i++) {
		if (strcmp(mount->options.v[i], "ro") == 0)
			return false;
		if (strcmp(mount->options.v[i], "rw") == 0)
			return true;
	}
	return true;
}

static int rewrite_mount(const struct place *place, struct ig_mount *mount)
{
	const struct ig_volume *v;
	char *text;

	if (!mount->type || strcmp(mount->type, "bind") != 0)
		return 0;
	if (!mount->source)
		return ig_fail(place->err, IG_ESPEC,
			       "a bind mount needs a source");
	if (mount->source[0] == '/')
		return 0;
	v = volume_of(place, mount->source, strlen(mount->source));
	if (!v)
		return -1;
	if (v->readonly && mount_writes(mount))
		return refuse_writing(place, v);
	text = ig_arena_printf(place->spec->arena, place->err,
			       VOLUME_DIR "/%s/merged", v->name);
	if (!text)
		return -1;
	mount->source = text;
	return 0;
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

static int check_id(const struct place *place, const struct ig_id *id,
		    const char *key)
{
	char quoted[IG_QUOTE];

	if (!id->name || bsearch(&id->name, place->names, place->names_n,
				 sizeof(*place->names), by_text))
		return 0;
	ig_spec_quote(quoted, id->name);
	if (id->name[strspn(id->name, "0123456789")] == '\0')
		ig_fail(place->err, IG_ESPEC,
			"'%s' in quotes is a name: write the number without quotes",
			quoted);
	else
		ig_fail(place->err, IG_ESPEC,
			"no container is named '%s' (users of an image are not looked up)",
			quoted);
	return wrong(place, &id->pos, key);
}

static int check_entry(struct place *place, struct ig_entry *entry)
{
	place->entry = entry;
	if (check_id(place, &entry->uid, "uid") < 0 ||
	    check_id(place, &entry->gid, "gid") < 0)
		return -1;
	for (size_t i = 0; i < entry->additional_gids.n; i++) {
		if (check_id(place, &entry->additional_gids.v[i],
			     "additionalGids") < 0)
			return -1;
	}
	if (rewrite_binds(place, &entry->binds, "binds") < 0 ||
	    rewrite_binds(place, &entry->binds_add, "binds.add") < 0)
		return -1;
	for (size_t i = 0; i < entry->mounts.n; i++) {
		if (rewrite_mount(place, &entry->mounts.v[i]) < 0)
			return wrong(place, &entry->mounts.v[i].pos, "mounts");
	}
	return 0;
}

static int check_files(struct place *place)
{
	place->entry = NULL;
	for (size_t i = 0; i < place->spec->files_n; i++) {
		const struct ig_file *file = &place->spec->files[i];

		if (check_id(place, &file->uid, "uid") < 0 ||
		    check_id(place, &file->gid, "gid") < 0)
			return -1;
	}
	return 0;
}

int ig_spec_finish(struct ig_spec *spec, struct ig_err *err)
{
	struct ig_entries *sections[] = { &spec->onboot, &spec->onshutdown,
					  &spec->services };
	struct place place = { .spec = spec, .err = err };
	struct ig_walk walk = { .err = err };
	ig_autofree const char **names = NULL;
	ig_autofree const struct ig_volume **volumes = NULL;
	size_t total = spec->onboot.n + spec->onshutdown.n + spec->services.n;

	names = calloc(total + 1, sizeof(*names));
	volumes = calloc(spec->volumes_n + 1, sizeof(struct ig_volume *));
	if (!names || !volumes)
		return ig_fail_mem(err);
	for (size_t i = 0; i < spec->volumes_n; i++)
		volumes[i] = &spec->volumes[i];
	qsort(volumes, spec->volumes_n, sizeof(struct ig_volume *),
	      by_volume_name);
	place.volumes = volumes;
	for (size_t s = 0; s < IG_COUNT(sections); s++) {
		for (size_t i = 0; i < sections[s]->n; i++)
			names[place.names_n++] = sections[s]->v[i].name;
	}
	qsort(names, total, sizeof(*names), by_text);
	place.names = names;
	for (size_t s = 0; s < IG_COUNT(sections); s++) {
		for (size_t i = 0; i < sections[s]->n; i++)
			if (check_entry(&place, &sections[s]->v[i]) < 0)
				return -1;
	}
	if (ig_check_order(&walk, &spec->services) < 0 ||
	    ig_check_steps(&walk, &spec->onboot, spec->arena) < 0 ||
	    ig_check_tests(&walk, spec) < 0 ||
	    ig_check_places(&walk, spec) < 0 || ig_walk_end(&walk) < 0)
		return -1;
	return check_files(&place);
}
