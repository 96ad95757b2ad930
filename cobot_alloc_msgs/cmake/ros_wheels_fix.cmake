# Loaded only when building against the ROS wheels (see pyproject.toml), never by
# colcon on a ROS installation, so that CMakeLists.txt stays the stock one.
#
# - finds the prefix the wheels are installed in;
# - drops include directories of the machine that built the wheels, which CMake would
#   otherwise refuse as non-existent;
# - compiles the generated sources in batches, for there are hundreds of small ones and
#   nearly all the time goes into reading the same headers again, and without optimising
#   the C++ ones, which nothing in Python runs.
if(NOT Python3_EXECUTABLE)
  find_program(Python3_EXECUTABLE NAMES python3 python REQUIRED)
endif()
execute_process(
  COMMAND ${Python3_EXECUTABLE} -c
    "import ament_package as a, pathlib as p; print(p.Path(a.__file__).parents[4])"
  OUTPUT_VARIABLE _ros_wheels_prefix
  OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
list(PREPEND CMAKE_PREFIX_PATH "${_ros_wheels_prefix}")
set(ENV{AMENT_PREFIX_PATH} "${_ros_wheels_prefix}")

function(_drop_missing_includes)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(dirs ${target} INTERFACE_INCLUDE_DIRECTORIES)
    if(dirs MATCHES "/opt/python/")
      list(FILTER dirs EXCLUDE REGEX "^/opt/python/")
      set_property(TARGET ${target} PROPERTY INTERFACE_INCLUDE_DIRECTORIES "${dirs}")
    endif()
  endforeach()
endfunction()

function(_compile_quickly)
  get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(SHARED|MODULE)_LIBRARY$")
      continue()
    endif()
    if(target MATCHES "_cpp$")
      target_compile_options(${target} PRIVATE -O0)
    endif()
    if(target MATCHES "introspection_cpp$")
      # One of its sources specializes templates that another would have instantiated
      # before, were they read together.
      continue()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 24)
    target_compile_options(${target} PRIVATE -Wno-redundant-decls) # they repeat themselves
    # Each of these defines the same file-local names.
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "__description\\.c$")
    set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()

# Deferred: the targets exist only after the directory has been read to its end.
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _drop_missing_includes)
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _compile_quickly)
