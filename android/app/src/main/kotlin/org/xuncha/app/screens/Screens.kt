package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.Screen

/** The screen of a place. */
fun screenOf(place: Place, host: Host): Screen = when (place.kind) {
    Kind.ENROL -> EnrolScreen(host, place)
    Kind.CONSENT -> ConsentScreen(host, place)
    Kind.HOME -> HomeScreen(host, place)
    Kind.VENUE -> VenueScreen(host, place)
    Kind.TEAM -> TeamScreen(host, place)
    Kind.INSPECTION -> InspectionScreen(host, place)
    Kind.DONE -> DoneScreen(host, place)
    Kind.RECORDS -> RecordsScreen(host, place)
    Kind.HAND_OVER -> HandOverScreen(host, place)
    Kind.ANSWER -> AnswerScreen(host, place)
    Kind.RECORD -> RecordScreen(host, place)
    Kind.CHECK_IN -> CheckInScreen(host, place)
    Kind.COVERAGE -> CoverageScreen(host, place)
    Kind.REVIEWS -> ReviewsScreen(host, place)
    Kind.REVIEW -> ReviewScreen(host, place)
    Kind.SETTINGS -> SettingsScreen(host, place)
    Kind.ABOUT -> AboutScreen(host, place)
    Kind.LICENCES -> LicencesScreen(host, place)
    Kind.LICENCE -> LicenceScreen(host, place)
}
