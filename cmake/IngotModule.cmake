# SPDX-License-Identifier: Apache-2.0

# ig_module(NAME SOURCES f.c… HEADERS h.h… DEPS target…)
# One room: a static library ig_NAME. HEADERS are names below include/ingot/;
# the target all_verify_interface_header_sets compiles each of them alone.
function(ig_module name)
	cmake_parse_arguments(M "" "" "SOURCES;HEADERS;DEPS;PRIVATE" ${ARGN})
	add_library(ig_${name} STATIC ${M_SOURCES})
	list(TRANSFORM M_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/include/ingot/)
	target_sources(ig_${name} PUBLIC FILE_SET HEADERS
		BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${M_HEADERS})
	set_target_properties(ig_${name} PROPERTIES
		VERIFY_INTERFACE_HEADER_SETS ON)
	target_link_libraries(ig_${name} PUBLIC ${M_DEPS}
		PRIVATE ig_flags ${M_PRIVATE})
endfunction()

# ig_unit_test(MODULE FILE LIBS target…)
# tests/unit/MODULE/test_FILE.c becomes the test unit.MODULE.FILE.
function(ig_unit_test module file)
	cmake_parse_arguments(T "" "" "LIBS" ${ARGN})
	set(target unit.${module}.${file})
	add_executable(${target}
		${PROJECT_SOURCE_DIR}/tests/unit/${module}/test_${file}.c)
	target_link_libraries(${target} PRIVATE ig_flags PkgConfig::CMOCKA
		${T_LIBS})
	add_test(NAME ${target} COMMAND ${target})
	set_tests_properties(${target} PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

# ig_fuzz(PARSER LIBS target…)
# tests/fuzz/fuzz_PARSER.c: under IG_BUILD_FUZZERS a libFuzzer program, else a
# program that replays tests/fuzz/corpus/PARSER once, as the test fuzz.PARSER.
function(ig_fuzz parser)
	cmake_parse_arguments(F "" "" "LIBS" ${ARGN})
	set(target fuzz.${parser})
	set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${parser})
	add_executable(${target}
		${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_${parser}.c)
	target_link_libraries(${target} PRIVATE ig_flags ${F_LIBS})
	if(IG_BUILD_FUZZERS)
		set(limit 3600)
		target_link_options(${target} PRIVATE -fsanitize=fuzzer)
		add_test(NAME ${target} COMMAND
			${PROJECT_SOURCE_DIR}/scripts/fuzz-one
			$<TARGET_FILE:${target}> ${corpus})
	else()
		set(limit 300)
		target_sources(${target} PRIVATE
			${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
		add_test(NAME ${target} COMMAND ${target} ${corpus})
	endif()
	set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()
