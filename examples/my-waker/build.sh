#!/bin/sh
exec sh "$(dirname "$0")/../build.sh" my-waker
