// What stands around a phone: satellites, the system's questions, the camera's app, the voice.
package org.xuncha.app

import android.app.Activity
import android.content.ClipData
import android.content.Intent
import android.content.pm.PackageManager
import android.location.Location
import android.location.LocationManager
import android.net.ConnectivityManager
import android.net.Uri
import android.os.SystemClock
import android.provider.MediaStore
import android.speech.tts.TextToSpeech
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowTextToSpeech
import org.xuncha.app.platform.Locator
import java.io.File
import java.io.InputStream

fun Stage.allowPosition() {
    shadowOf(app).grantPermissions(*Locator.PERMISSIONS)
    shadowOf(app.getSystemService(LocationManager::class.java)).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
}

/** What the satellites say now, to whoever listens. */
fun Stage.standAt(latitude: Double, longitude: Double, accuracy: Float = 12f) {
    val manager = app.getSystemService(LocationManager::class.java)
    val location = Location(LocationManager.GPS_PROVIDER).apply {
        this.latitude = latitude
        this.longitude = longitude
        this.accuracy = accuracy
        time = clock.now()
        elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
    }
    shadowOf(manager).simulateLocation(location)
    settle()
}

/** The system's own question about the position is answered with no. */
fun Stage.refusePermission() = answerQuestion(PackageManager.PERMISSION_DENIED)

/** The system's own question about the position is answered. */
fun Stage.answerQuestion(answer: Int = PackageManager.PERMISSION_GRANTED) = question { size -> IntArray(size) { answer } }

/** What the system was last asked to ask. */
fun Stage.questionAsked(): Any? = shadowOf(activity).lastRequestedPermission

/** The system says that nothing was answered: another question of ours still stands, or it was left. */
fun Stage.interruptQuestion() = question { IntArray(0) }

private fun Stage.question(answers: (Int) -> IntArray) {
    val asked = checkNotNull(shadowOf(activity).lastRequestedPermission) { "no permission was asked for" }
    activity.onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions, answers(asked.requestedPermissions.size))
    settle()
}

/** A network comes. */
fun Stage.connect() {
    val manager = app.getSystemService(ConnectivityManager::class.java)
    shadowOf(manager).networkCallbacks.forEach { it.onAvailable(ShadowNetwork.newInstance(1)) }
    settle()
}

/** The camera's app comes back and says that all went well, yet wrote nothing. */
fun Stage.shootNothing() {
    val asked = checkNotNull(shadowOf(activity).nextStartedActivityForResult) { "no camera was asked for" }
    shadowOf(activity).receiveResult(asked.intent, Activity.RESULT_OK, null)
    settle()
}

/** What the camera's app does: writes this picture into the file it was given, and comes back. */
fun Stage.shoot(picture: ByteArray?) {
    val asked = checkNotNull(shadowOf(activity).nextStartedActivityForResult) { "no camera was asked for" }

    @Suppress("DEPRECATION")
    val uri = asked.intent.getParcelableExtra<Uri>(MediaStore.EXTRA_OUTPUT)!!
    if (picture != null) shotAt(uri).writeBytes(picture)
    shadowOf(activity).receiveResult(asked.intent, if (picture == null) Activity.RESULT_CANCELED else Activity.RESULT_OK, null)
    settle()
}

/** The file that the camera was given. */
private fun Stage.shotAt(uri: Uri) = File(File(app.noBackupFilesDir, "shots"), uri.lastPathSegment!!)

/** The process dies while the camera is open, which writes its picture and finds nobody to come back to. */
fun Stage.swipeAwayBehindCamera(picture: ByteArray) {
    val asked = checkNotNull(shadowOf(activity).nextStartedActivityForResult) { "no camera was asked for" }

    @Suppress("DEPRECATION")
    val uri = asked.intent.getParcelableExtra<Uri>(MediaStore.EXTRA_OUTPUT)!!
    shotAt(uri).writeBytes(picture)
    kill(keepsState = false)
}

/** The process dies while the camera is open, which then writes its picture and comes back. */
fun Stage.killBehindCamera(picture: ByteArray) {
    val asked = checkNotNull(shadowOf(activity).nextStartedActivityForResult) { "no camera was asked for" }

    @Suppress("DEPRECATION")
    val uri = asked.intent.getParcelableExtra<Uri>(MediaStore.EXTRA_OUTPUT)!!
    kill()
    shotAt(uri).writeBytes(picture)
    comeBack(asked.requestCode, null)
}

/** Another app comes back to one that was started anew meanwhile. */
private fun Stage.comeBack(request: Int, data: Intent?) {
    MainActivity::class.java
        .getDeclaredMethod("onActivityResult", Int::class.java, Int::class.java, Intent::class.java)
        .apply { isAccessible = true }
        .invoke(activity, request, Activity.RESULT_OK, data)
    settle()
}

/** What the app that was chosen reads of the file it was handed. */
fun Stage.handedOver(): ByteArray {
    val chooser = checkNotNull(shadowOf(activity).nextStartedActivity) { "nothing was handed over" }

    @Suppress("DEPRECATION")
    val send = chooser.getParcelableExtra<Intent>(Intent.EXTRA_INTENT)!!
    check(send.flags and Intent.FLAG_GRANT_READ_URI_PERMISSION != 0) { "nobody may read it" }

    @Suppress("DEPRECATION")
    return app.contentResolver.openInputStream(send.getParcelableExtra(Intent.EXTRA_STREAM)!!)!!.use { it.readBytes() }
}

/** What the phone's choice of files does: comes back with a file of this content, or with none. */
fun Stage.choose(content: InputStream?) {
    val asked = checkNotNull(shadowOf(activity).nextStartedActivityForResult) { "no file was asked for" }
    val chosen = content?.let { given -> document { given } }
    shadowOf(activity).receiveResult(asked.intent, if (chosen == null) Activity.RESULT_CANCELED else Activity.RESULT_OK, chosen)
    settle()
}

fun Stage.choose(content: ByteArray) = choose(content.inputStream())

/** The process dies while the choice of files is open, which then comes back with this one. */
fun Stage.killBehindChoice(content: ByteArray) {
    val asked = checkNotNull(shadowOf(activity).nextStartedActivityForResult) { "no file was asked for" }
    kill()
    comeBack(asked.requestCode, document(content))
}

/** A file manager opens a file of this content with our app. */
fun Stage.opened(content: ByteArray): Intent = document(content).setAction(Intent.ACTION_VIEW)

/** A messenger shares a file of this content with our app, as the system passes it on. */
fun Stage.shared(content: ByteArray): Intent {
    val uri = document(content).data!!
    val send = Intent(Intent.ACTION_SEND).setType("application/octet-stream").putExtra(Intent.EXTRA_STREAM, uri)
    return send.apply { clipData = ClipData.newRawUri(null, uri) }
}

/** The same by an app that gives its content in its own time. */
fun Stage.openedSlowly(content: () -> InputStream): Intent = document(content).setAction(Intent.ACTION_VIEW)

/** Whoever opens it, and again, gets all of it. */
private fun Stage.document(content: ByteArray): Intent = document { content.inputStream() }

private fun Stage.document(content: () -> InputStream): Intent {
    val uri = Uri.parse("content://documents.example/answer.xuncha")
    shadowOf(app.contentResolver).registerInputStreamSupplier(uri, content)
    return Intent().setData(uri)
}

/** The phone's voice is there. */
fun Stage.voiceAnswers() {
    ShadowTextToSpeech.getLastTextToSpeechInstance().let { shadowOf(it).onInitListener.onInit(TextToSpeech.SUCCESS) }
    settle()
}

fun Stage.spoken(): String = shadowOf(ShadowTextToSpeech.getLastTextToSpeechInstance()).lastSpokenText.orEmpty()
