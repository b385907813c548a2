/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <stdio.h>

#include <ingot/log.h>

void layer_note(struct layer *l, enum note note, const char *path)
{
	if (l->notes[note].count++ == 0)
		snprintf(l->notes[note].first, sizeof(l->notes[note].first),
			 "%.*s", (int)sizeof(l->notes[note].first) - 1, path);
}

void layer_tell(struct layer *l)
{
	static const char *const texts[NOTE_COUNT] = {
		[NOTE_TWICE] =
			"stands twice in one layer; the last entry counts",
		[NOTE_META] =
			"is metadata of another layer format and is ignored",
		[NOTE_ACL] = "has access control lists, which are dropped",
		[NOTE_OWNER] =
			"has the owner 4294967295, which Linux gives to no file",
		[NOTE_SHOWN] =
			"is deleted and made again by higher layers; its old content shows again, as with LinuxKit",
		[NOTE_TAIL] = "ends before its last bytes, which are ignored",
	};

	if (l->tree->told)
		l->notes[NOTE_SHOWN].count = 0;
	for (size_t i = 0; i < NOTE_COUNT; i++) {
		size_t more = l->notes[i].count;

		if (more == 1)
			ig_warn("%s: '%s' %s", l->who, l->notes[i].first,
				texts[i]);
		else if (more > 1)
			ig_warn("%s: '%s' %s (and %zu more)", l->who,
				l->notes[i].first, texts[i], more - 1);
	}
	if (l->notes[NOTE_SHOWN].count > 0)
		l->tree->told = true;
}
