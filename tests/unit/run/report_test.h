/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_TEST_H
#define REPORT_TEST_H

#include <string.h>

#include <ingot/report.h>

/* In these texts ' stands for ". */
static const char start[] =
	"{'ms':100,'event':'start','report':1,'kernel':'6.1','image':'ab',"
	"'machine':'x86_64','consoles':'ttyS0 tty0','firmware':5,'loader':2.5}\n";

/* A whole boot: a step that fails, a service that is started twice. */
static const char whole[] =
	"{'ms':80,'event':'phase','name':'kernel','from':0}\n"
	"{'ms':110,'event':'started','kind':'onboot','name':'000-a'}\n"
	"{'ms':111,'event':'up','kind':'onboot','name':'000-a'}\n"
	"{'ms':120,'event':'ended','kind':'onboot','name':'000-a','code':3}\n"
	"{'ms':125.125,'event':'started','kind':'service','name':'web'}\n"
	"{'ms':130,'event':'ended','kind':'service','name':'web','signal':9}\n"
	"{'ms':130,'event':'waiting','kind':'service','name':'web'}\n"
	"{'ms':131,'event':'started','kind':'service','name':'web'}\n"
	"{'ms':140,'event':'up','kind':'service','name':'web'}\n"
	"{'ms':145,'event':'ready','kind':'service','name':'web'}\n"
	"{'ms':150,'event':'booted','memoryKiB':2048,'availableKiB':1024}\n";
static const char ending[] =
	"{'ms':200,'event':'shutdown','how':'reboot','reason':'told'}\n"
	"{'ms':210,'event':'ended','kind':'service','name':'web','signal':15}\n"
	"{'ms':220,'event':'off','how':'reboot','clean':true}\n";

/* @now: of the host's clock, µs. */
static inline void feed(struct ig_report *r, const char *text, int64_t now)
{
	for (; *text; text++) {
		char c = '"';

		if (*text != '\'')
			c = *text;
		ig_report_feed(r, &c, 1, now);
	}
}

#endif
