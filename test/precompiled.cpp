// So that test/precompiled.hpp is built: main.cpp does without it.
