# Loaded only when building against the ROS wheels (see pyproject.toml), never by
# colcon on a ROS installation. It finds the prefix the wheels are installed in, and
# drops include directories of the machine that built the wheels, which CMake would
# otherwise refuse as non-existent.
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

# Deferred: the targets exist only after every find_package of the directory has run.
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _drop_missing_includes)
