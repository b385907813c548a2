/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/spec.h>

#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "schema.h"

/* UAPI: Discoverable Partitions Specification; UEFI 2.10, 5.3.3. */
static const struct type {
	const char *name;
	const char *arch; /* NULL: all */
	const char *guid;
} types[] = {
	{ "linux-generic", NULL, "0FC63DAF-8483-4772-8E79-3D69D8477DE4" },
	{ "home", NULL, "933AC7E1-2EB4-4F13-B844-0E14E2AEF915" },
	{ "srv", NULL, "3B8F8425-20E0-4F3B-907F-1A25A76F98E8" },
	{ "var", NULL, "4D21B016-B534-45C2-A9FB-5C16E091FD2D" },
	{ "tmp", NULL, "7EC6F557-3BC5-4ACA-B293-16EF5DF639D1" },
	{ "swap", NULL, "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F" },
	{ "esp", NULL, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B" },
	{ "xbootldr", NULL, "BC13C2FF-59E6-4262-A352-B275FD6F7172" },
	{ "root", "amd64", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709" },
	{ "root", "arm64", "B921B045-1DF0-41C3-AF44-4C6F280D3FAE" },
	{ "root-verity", "amd64", "2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5" },
	{ "root-verity", "arm64", "DF3300CE-D69F-4C92-978C-9BFB0F38D820" },
	{ "root-verity-sig", "amd64", "41092B05-9FC8-4523-994F-2DEF0408B176" },
	{ "root-verity-sig", "arm64", "6DB69DE6-29F4-4758-A7A5-962190F00CE3" },
	{ "usr", "amd64", "8484680C-9521-48C6-9C11-B0720656F69E" },
	{ "usr", "arm64", "B0E01050-EE5F-4390-949A-9101B17104E9" },
	{ "usr-verity", "amd64", "77FF5F63-E7B6-4633-ACF4-1565B864C0E6" },
	{ "usr-verity", "arm64", "6E11A4E7-FBCA-4DED-B9E9-E1A512BB664E" },
	{ "usr-verity-sig", "amd64", "E7BB33FB-06CF-4E81-8273-E543B413E2E2" },
	{ "usr-verity-sig", "arm64", "C23CE4FF-44BD-4B00-B2D4-B41B3419E02A" },
};

static bool is_guid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	bool any = false; /* all zeros is an entry that is not used */

	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		if (!text[i] || (form[i] == '-') != (text[i] == '-'))
			return false;
		if (form[i] != '-' &&
		    !strchr("0123456789abcdefABCDEF", text[i]))
			return false;
		any = any || !strchr("0-", text[i]);
	}
	return any && !text[sizeof(form) - 1];
}

const char *ig_partition_guid(const char *type, const char *arch)
{
	if (!type)
		return types[0].guid;
	for (size_t i = 0; i < IG_COUNT(types); i++)
		if (strcmp(type, types[i].name) == 0 &&
		    (!types[i].arch || ig_streq(arch, types[i].arch)))
			return types[i].guid;
	return is_guid(type) ? type : NULL;
}

int ig_check_partition_type(struct ig_walk *walk, const struct ig_path *path,
			    const struct ig_ynode *node)
{
	const char *names[IG_COUNT(types) + 1] = { NULL };
	char text[IG_QUOTE];
	const char *near;

	for (size_t i = 0; i < IG_COUNT(types); i++) {
		if (strcmp(node->text, types[i].name) == 0)
			return 0;
		names[i] = types[i].name;
	}
	if (!node->text[0] || is_guid(node->text))
		return 0;
	near = ig_nearest(node->text, names);
	ig_spec_quote(text, node->text);
	if (near)
		return ig_problem(
			walk, path, node,
			"unknown partition type '%s', did you mean '%s'?", text,
			near);
	return ig_problem(
		walk, path, node,
		"unknown partition type '%s': a name such as linux-generic, home, var or swap, or a GUID",
		text);
}
