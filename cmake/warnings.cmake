# Every warning is an error; the two disabled ones have their reason beside them.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
add_compile_options(-Wno-missing-field-initializers)  # designated initialisers omit defaults on purpose
add_compile_options($<$<CXX_COMPILER_ID:Clang>:-Wno-missing-designated-field-initializers>)
