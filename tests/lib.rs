//! Nothing is here: this package only holds tests about the shape of the whole tree.
