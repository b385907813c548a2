# SPDX-License-Identifier: Apache-2.0
# One interface target holds every flag; modules link it PRIVATE.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

add_library(ig_flags INTERFACE)
target_compile_definitions(ig_flags INTERFACE
	_GNU_SOURCE _FILE_OFFSET_BITS=64
	IG_VERSION="${PROJECT_VERSION}")
target_compile_options(ig_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wformat=2
	-Wvla -Wswitch-enum -Wundef -Wnull-dereference
	$<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wjump-misses-init>
	-fno-common -fstack-protector-strong)
option(IG_WERROR "Warnings are errors" OFF)
if(IG_WERROR)
	target_compile_options(ig_flags INTERFACE -Werror)
endif()
if(IG_SANITIZE)
	add_compile_options(-fsanitize=${IG_SANITIZE}
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=${IG_SANITIZE})
endif()
if(IG_BUILD_FUZZERS)
	add_compile_options(-fsanitize=fuzzer-no-link)
	add_link_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
	add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-clash-protection)
	add_link_options(-Wl,-z,relro,-z,now)
	set(CMAKE_POSITION_INDEPENDENT_CODE ON)
	include(CheckPIESupported)
	check_pie_supported(LANGUAGES C)
	include(CheckIPOSupported)
	check_ipo_supported(RESULT ig_ipo LANGUAGES C)
	set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${ig_ipo})
endif()
