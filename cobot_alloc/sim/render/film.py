"""Films: pictures into a file, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cobot_alloc.domain.errors import BadInput

KINDS = ('.mp4', '.gif')


@contextmanager
def film_writer(path: Path, *, fps: float) -> Iterator[Any]:
    """
    Yield what takes pictures, with ``append_data``; the file is whole at the end.

    :raises BadInput: if it cannot be written, or what films need is not installed.
    """
    if path.suffix not in KINDS:
        raise BadInput(f'film: got {str(path)!r}, expected the name of a .mp4 or .gif file')
    if not path.parent.is_dir():
        raise BadInput(f'{path}: cannot be written: there is no folder {path.parent}')
    try:
        import imageio.v2 as imageio

        if path.suffix == '.gif':
            writer = imageio.get_writer(path, duration=1000 / fps, loop=0)
        else:
            # Whole pixels in pairs is all that the codec asks for.
            writer = imageio.get_writer(
                path, fps=fps, codec='libx264', quality=8, macro_block_size=2
            )
    except (ImportError, ValueError) as error:
        raise BadInput(
            f'{path}: films need imageio and imageio-ffmpeg:'
            f" python -m pip install 'cobot_alloc[film]' ({error})"
        ) from error
    except OSError as error:
        raise BadInput(f'{path}: cannot be written: {error.strerror or error}') from error
    with writer:
        yield writer
