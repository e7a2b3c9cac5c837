# The headers that most sources read are parsed once for the libraries and once, with GoogleMock, for the tests.
# A source of src/graph takes 2 to 3 s of processor time with them, 6 s without.
# The fuzz build instruments each library by itself, so one parsed set cannot be shared.
function(use_precompiled_headers target kind)
  if(CAMEO_FUZZ)
    return()
  endif()
  if(NOT TARGET precompiled_${kind})
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled_${kind}.cc CONTENT "")
    add_library(precompiled_${kind} OBJECT ${CMAKE_BINARY_DIR}/precompiled_${kind}.cc)
    target_link_libraries(precompiled_${kind} PRIVATE fmt::fmt Boost::json)
    set(headers ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
    if(kind STREQUAL "tests")
      target_link_libraries(precompiled_tests PRIVATE GTest::gmock)
      list(APPEND headers <gmock/gmock.h>)
    endif()
    # Without a time stamp, so that ccache finds the same bytes again.
    target_compile_options(precompiled_${kind} PRIVATE
                           $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
    target_precompile_headers(precompiled_${kind} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
endfunction()
