"""Build description of cobot_alloc: an ament_python package that pip can install too."""

from pathlib import Path

from setuptools import find_packages, setup

PACKAGE = 'cobot_alloc'
VERSION = '0.1.0'  # also package.xml; a test keeps the two equal

# Folders copied as they are to share/cobot_alloc, where ROS tools look for them.
SHARED_FOLDERS = ('config', 'launch', 'orders', 'urdf', 'worlds')

# Exact versions live in constraints.txt and nowhere else. Names only here, so that
# cobot_alloc can be installed beside whatever a ROS distribution brings.
RUN = [
    'apsw',
    'cryptography',
    'msgspec',
    'numpy',
    'ompl',
    'pillow',
    'pybullet',
    'pydantic',
    'rich',
    'ruamel.yaml',
    'scipy',
    'setuptools',
    'textual',
    'textual-image',
    'toppra',
    'transitions',
    'typer',
]
# colcon picks pytest as the test runner only if it is declared here; without it
# `colcon test` runs no test and succeeds.
TEST = [
    'hypothesis',
    'mcap',
    'psutil',
    'pytest',
    'pytest-asyncio',
    'pytest-timeout',
    'pytest-xdist',
]
# The background planner's solver. Without it the dispatch pass plans alone.
PLAN = ['ortools']
# What the benchmarks of the allocation are measured beside.
BENCH = ['pyjobshop']
DEVELOP = ['import-linter', 'mypy', 'ruff']
# What is only needed for films of recorded runs; a message says so where it is missing.
FILM = ['imageio', 'imageio-ffmpeg']
# And for recordings that other programs can open.
FOXGLOVE = ['foxglove-sdk']
# For machines without a ROS 2 distribution: the wheels that stand in for it.
ROS_WHEELS = [
    f'ros-kilted-{name}'
    for name in (
        'action-msgs',
        'ament-index-python',
        'builtin-interfaces',
        'diagnostic-msgs',
        'geometry-msgs',
        'lifecycle-msgs',
        'rclpy',
        'rcl-interfaces',
        'rmw-fastrtps-cpp',
        'rosgraph-msgs',
        'sensor-msgs',
        'std-msgs',
        'std-srvs',
        'trajectory-msgs',
        'unique-identifier-msgs',
        'visualization-msgs',
    )
]
# What building cobot_alloc_msgs against those wheels needs; the wheels do not declare
# these to each other, so each one is named (as in cobot_alloc_msgs/pyproject.toml).
ROS_WHEELS_BUILD = [
    'catkin-pkg',
    'cmake',
    'ninja',
    'ros-kilted-ament-cmake',
    'ros-kilted-ament-cmake-include-directories',
    'ros-kilted-ament-cmake-ros-core',
    'ros-kilted-ament-package',
    'ros-kilted-rosidl-core-generators',
    'ros-kilted-rosidl-default-generators',
    'scikit-build-core',
]


def files_inside(pattern: str) -> list[str]:
    """Return the package's files of a kind. Older setuptools do not know `**`."""
    return sorted(str(path.relative_to(PACKAGE)) for path in Path(PACKAGE).rglob(pattern))


def shared_files() -> list[tuple[str, list[str]]]:
    """
    Return data_files entries for every file of the shared folders, by folder.

    Entries rather than package data, because ROS tools look in share/, not in Python.
    """
    entries: dict[str, list[str]] = {}
    for folder in SHARED_FOLDERS:
        for path in sorted(Path(folder).rglob('*')):
            if path.is_file() and '__pycache__' not in path.parts:
                entries.setdefault(f'share/{PACKAGE}/{path.parent}', []).append(str(path))
    return sorted(entries.items())


setup(
    name=PACKAGE,
    version=VERSION,
    description='Task allocation for cells of people and robot arms, on ROS 2 and PyBullet',
    maintainer='cobot_alloc maintainers',
    maintainer_email='maintainers@cobot-alloc.example',
    license='Apache-2.0',
    python_requires='>=3.10',
    packages=find_packages(include=[PACKAGE, f'{PACKAGE}.*']),
    package_data={PACKAGE: ['py.typed', *files_inside('*.sql'), *files_inside('*.tcss')]},
    data_files=[
        ('share/ament_index/resource_index/packages', [f'resource/{PACKAGE}']),
        (f'share/{PACKAGE}', ['package.xml']),
        *shared_files(),
    ],
    zip_safe=False,
    install_requires=RUN,
    extras_require={
        'test': TEST,
        'plan': PLAN,
        'bench': BENCH,
        'dev': TEST + DEVELOP + PLAN,
        'film': FILM,
        'foxglove': FOXGLOVE,
        'ros-wheels': ROS_WHEELS,
        'ros-wheels-build': ROS_WHEELS_BUILD,
    },
    entry_points={
        'console_scripts': [
            'cobot-alloc = cobot_alloc.cli.main:main',
            'allocator = cobot_alloc.bootstrap:allocator',
            'cell = cobot_alloc.bootstrap:cell',
        ],
    },
)
