# Protections against the exploitation of memory faults; tests/api/hardening.test.mjs checks them in the built programs.
add_compile_options(-fstack-protector-strong)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # Indirect branch tracking and shadow stacks; the mark of the former needs start files that have it too.
  add_compile_options(-fstack-clash-protection -fcf-protection=full)
  add_link_options(LINKER:-z,shstk)
endif()
# Needs optimisation, and would hide calls from the sanitizers, which check more.
if(CAMEO_SANITIZE STREQUAL "")
  add_compile_options($<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)
endif()
# Position-independent executables. Static libraries are compiled the same way, which is cheaper than -fPIC and allows one set
# of precompiled headers for all.
set(is_module $<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>)
add_compile_options($<$<NOT:${is_module}>:-fPIE>)
add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
