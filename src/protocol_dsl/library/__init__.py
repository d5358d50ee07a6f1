"""Files that every protocol may use: data of the package, written in the language itself."""
