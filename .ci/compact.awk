# Maven's output, cut to what a person watching wants: which class ran, and every failure the moment it happens.
/^\[INFO\] Building Millrace/ { sub(/^\[INFO\] Building /, ""); sub(/ 0\.1.*/, ""); print "== " $0; fflush(); next }
/Tests run: [0-9]+, .* Time elapsed/ { sub(/^\[[A-Z]+\] +/, ""); sub(/ in dev\.millrace\./, " "); print "   " $0; fflush(); next }
/^\[ERROR\].*(<<< (FAILURE|ERROR)!)/ { sub(/^\[ERROR\] +/, ""); print "!! " $0; failing = 6; fflush(); next }
failing > 0 && !/^\[(INFO|WARNING)\]/ { print "      " substr($0, 1, 300); failing--; fflush(); next }
/^\[ERROR\] .*\.java:/ { print "!! " substr($0, 9, 300); fflush(); next }
/^FIGURE / { print "   " $0; fflush(); next }
/^\[INFO\] BUILD FAILURE/ { print "== " substr($0, 8); fflush() }
