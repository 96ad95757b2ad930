"""
The physics engine behind typed calls: the only package that imports PyBullet.

Conventions of all its modules: SI units and radians; frame ``world`` unless a docstring says
otherwise; quaternions (x, y, z, w). A body, a shape and a constraint are known by the number
that the engine gave them. A link has the number of the joint that carries it; the base of a
body is the link ``BASE``.
"""
