# add_fuzzer(NAME ROOMS rooms... [LIBS libraries...]): one libFuzzer program, build/fuzz/fuzzers/NAME, from
# NAME.cc beside the calling CMakeLists.txt; seeds, where it has any, lie in fuzz/seeds/NAME. Does nothing
# unless CAMEO_FUZZ is on (preset fuzz).
option(CAMEO_FUZZ "build the fuzz targets" OFF)
if(CAMEO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
add_custom_target(fuzzers)

function(add_fuzzer name)
  if(NOT CAMEO_FUZZ)
    return()
  endif()
  cmake_parse_arguments(F "" "" "ROOMS;LIBS" ${ARGN})
  list(TRANSFORM F_ROOMS PREPEND cameo_)
  add_executable(${name} EXCLUDE_FROM_ALL ${name}.cc)
  target_link_libraries(${name} PRIVATE ${F_ROOMS} ${F_LIBS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
  add_dependencies(fuzzers ${name})
endfunction()
