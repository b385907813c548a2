/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/log.h>

#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

static _Atomic(const struct ig_log *) sink;

void ig_log_set(const struct ig_log *log)
{
	atomic_store(&sink, log);
}

static void say(enum ig_level level, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void say(enum ig_level level, const char *fmt, va_list ap)
{
	const struct ig_log *log = atomic_load(&sink);
	char text[1024];

	if (!log || !log->say)
		return;
	if (vsnprintf(text, sizeof(text), fmt, ap) >= 0)
		log->say(log->ctx, level, text);
}

void ig_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(IG_LOG_WARN, fmt, ap);
	va_end(ap);
}

void ig_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(IG_LOG_INFO, fmt, ap);
	va_end(ap);
}

void ig_debug(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(IG_LOG_DEBUG, fmt, ap);
	va_end(ap);
}

void ig_progress(const char *id, uint64_t done, uint64_t total)
{
	const struct ig_log *log = atomic_load(&sink);

	if (log && log->progress)
		log->progress(log->ctx, id, done, total);
}
