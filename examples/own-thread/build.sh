#!/bin/sh
exec sh "$(dirname "$0")/../build.sh" own-thread
