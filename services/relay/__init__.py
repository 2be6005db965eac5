"""The relay: follows the log and tells the world what is public, in order, each fact once or droppable by position."""
