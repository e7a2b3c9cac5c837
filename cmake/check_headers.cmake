# Target check_headers: each header compiles alone, so no header depends on an earlier include of a source.
file(GLOB_RECURSE headers RELATIVE ${CMAKE_SOURCE_DIR}/src CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/*.h)
set(alone)
foreach(header IN LISTS headers)
  string(REPLACE "/" "_" name ${header})
  set(source ${CMAKE_BINARY_DIR}/headers/${name}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
  list(APPEND alone ${source})
endforeach()
add_library(check_headers OBJECT EXCLUDE_FROM_ALL ${alone})
target_include_directories(check_headers PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(check_headers PRIVATE fmt::fmt Boost::headers Boost::json GTest::gmock PkgConfig::sqlite
                      PkgConfig::jpeg PkgConfig::zimg prometheus-cpp::core)
target_compile_options(check_headers PRIVATE -O0 -g0)  # only the front end matters
