//! Names from public knowledge, in the order of their frequency as far as it is commonly known. They are put together by
//! chance and describe nobody.

/// One community's ways of naming. Nothing is told by it but which given names go with which family names.
pub struct Names {
    /// In their own letters, the most frequent first.
    pub given: &'static str,
    /// The same of families; a dot stands for a space inside a name.
    pub family: &'static str,
    /// What rarer family names are made of: any beginning with any ending.
    pub beginnings: &'static str,
    pub endings: &'static str,
    /// The family's name comes first in the community's own writing.
    pub family_first: bool,
}

/// All lists. The first has the most people, the last the fewest.
pub const LISTS: [Names; 13] = [
    Names {
        given: "Jan Maria Johannes Anna Pieter Sanne Daan Lisa Bram Eva Thomas Femke Willem Lotte Kees Ilse Sven Anouk Hendrik \
                Noor Gerrit Marieke Joris Fleur Ruben Roos Maarten Wouter Tessa Dirk Geert Annelies Bart Koen Liesbeth Stijn Tine \
                Niels Iris Jeroen Esmée Zoë Renée Sjoerd Hanneke Joost Ruud Wendy Cornelis Adriana",
        family: "de.Jong Jansen de.Vries van.den.Berg Bakker van.Dijk Visser Peeters Smit Janssens Meijer de.Boer Mulder Maes Bos Vos \
                 Jacobs Peters Hendriks Mertens van.Leeuwen Dekker Willems Claes Brouwer de.Wit Dijkstra Goossens Smits de.Graaf \
                 van.der.Meer Wouters van.der.Linden Kok de.Smet Jacobsen Vermeulen Aerts Schouten van.Beek Koster Hermans Prins",
        beginnings: "Ber Bos Bril Broek Dam Dorp Els Gras Groen Haver Heide Hof Hol Kamp Klaver Koren Kruis Lin Loo Meer Molen Noord \
                     Oos Over Ravens Riet Rood Schol Slot Steen Ten Vel Ver Vliet Water Wester Wilde Wind Wit Zand",
        endings: "berg beek bosch brugge burg dam donk dorp eind gaarde hof horst huis huizen kamp laar man meer meijer mans rode sma stra \
                  stee veld veen voort wijk wold",
        family_first: false,
    },
    Names {
        given: "Piotr Anna Krzysztof Maria Andrzej Katarzyna Tomasz Małgorzata Jan Agnieszka Paweł Barbara Marcin Ewa Michał Krystyna \
                Grzegorz Elżbieta Józef Magdalena Łukasz Joanna Adam Monika Zbigniew Zofia Jerzy Jadwiga Dariusz Danuta Mateusz \
                Aleksandra Stanisław Natalia Wojciech Karolina Rafał Dorota Jacek Beata Świętosława Żaneta",
        family: "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Woźniak Szymański Dąbrowski Kozłowski \
                 Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek \
                 Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski",
        beginnings: "Bar Biel Bo Brzoz Cich Czar Dąb Do Gał Głow Gra Hal Jag Jas Kacz Kal Kłos Kon Kra Kub Les Lip Łuk Mar Mie Mro Ols \
                     Ost Pio Raj Rut Sad Sik Sob Szcz Tom Urb Wal Wil Zaw",
        endings: "owski ewski iński ański ecki icki ak czyk ek owicz ewicz uch asik",
        family_first: false,
    },
    Names {
        given: "Maria Ion Elena Gheorghe Ana Vasile Ioana Constantin Mihaela Nicolae Andreea Alexandru Cristina Andrei Gabriela Mihai \
                Daniela Florin Alina Ștefan Roxana Cătălin Simona Răzvan Mariana Marian Florentina Bogdan Raluca Ionuț Țuțu Adrian \
                Anca Dumitru Viorica Cosmin Lăcrămioara Petru Sorin Ileana",
        family: "Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Munteanu Rusu Dinu Constantin Șerban Moldovan \
                 Georgescu Marin Tudor Nistor Lazăr Diaconu Mureșan Toma Ungureanu Dobre Barbu Ștefan Florea Mihai Oprea Neagu Sandu Ene",
        beginnings: "Alb Andrei Anton Băl Băs Bogd Brăt Buj Cioc Cod Col Cos Crăc Dăn Dragom Făt Filip Gavril Hod Iacob Iord Lup Mărc \
                     Mirc Mold Negr Olt Păun Petr Pre Rot Săl Sim Stăn Teod Trand Vas Vlad Zamf Țur",
        endings: "escu eanu aru an iu oiu ache ilă uș ea",
        family_first: true,
    },
    Names {
        given: "Thomas Maria Michael Anna Stefan Sabine Andreas Julia Peter Katharina Christian Jürgen Wolfgang Susanne Klaus Jörg Birgit \
                Günter Petra Uwe Karin Matthias Heike Sebastian Monika Björn Lena Tobias Käthe Hans Ingrid Markus Nicole Florian Sören \
                Ursula Dieter Renate Lukas Hannah",
        family: "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf \
                 Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Köhler \
                 Herrmann König Walter Mayer Huber Kaiser Fuchs Groß Weiß Jäger",
        beginnings: "Acker Ahl Berg Birn Blum Brand Buch Dorn Eber Eichen Engel Feld Frei Geier Gold Grün Hasel Hell Hirsch Hohen Kalt \
                     Kirch Korn Kreuz Lang Linden Löwen Mühl Neu Nord Ober Rosen Roth Sand Schön Stein Stock Thal Wald Wein",
        endings: "bach bauer baum berger brink feld hagen hardt hausen heim hofer holz huber kamp maier mann müller ner reuter schmidt \
                  stein thaler wald",
        family_first: false,
    },
    Names {
        given: "Георги Мария Иван Елена Димитър Десислава Николай Йорданка Петър Иванка Христо Виктория Тодор Силвия Стефан Радка \
                Йордан Надежда Васил Галина Атанас Цветелина Ангел Юлия Красимир Даниела Пламен Гергана Валентин Теодора Румен \
                Светлана Живко Снежана Борислав Милена Щерю Яна Огнян Събка",
        family: "Иванов Георгиев Димитров Петров Николов Христов Стоянов Тодоров Илиев Василев Атанасов Петков Ангелов Колев Йорданов \
                 Маринов Стефанов Попов Михайлов Кръстев Костов Добрев Митев Желев Янев Павлов Цветков Русев Щерев Жечев",
        beginnings: "Бан Бобч Вълч Ганч Герг Гроз Дамян Денч Драг Захар Златан Калоян Кир Кънч Лазар Луч Манол Минч Найден Нед Пейч \
                     Пенч Пеш Рад Рангел Сав Славч Спас Станч Танч Топал Трифон Узун Цан Цонч Чавдар Шиш Янк",
        endings: "ев ов чев ков иев",
        family_first: false,
    },
    Names {
        given: "Олександр Наталія Сергій Олена Володимир Тетяна Андрій Світлана Микола Ірина Іван Оксана Юрій Людмила Віктор Юлія \
                Михайло Ганна Дмитро Марія Василь Катерина Анатолій Вікторія Ігор Надія Петро Любов Богдан Яна Ярослав Лариса Євген \
                Зоя Григорій Христина Тарас Жанна Олексій Їлія",
        family: "Мельник Шевченко Коваленко Бондаренко Бойко Ткаченко Кравченко Ковальчук Коваль Олійник Шевчук Поліщук Іваненко \
                 Ткачук Савченко Бондар Марченко Руденко Мороз Лисенко Петренко Клименко Павленко Кравчук Кузьменко Пономаренко \
                 Савчук Василенко Левченко Харченко Сидоренко Гаврилюк Захарчук Цимбал Щербак Яковенко",
        beginnings: "Андр Антон Бабич Бараб Вас Гнат Гордій Гриц Дем Дорош Єрем Жук Зай Кир Кондрат Корн Куц Лук Мак Мат Медвед Назар \
                     Онищ Остап Панас Прок Роман Семен Степан Тим Тищ Федор Хом Цап Чорн Щеглов Юр Явор Яр",
        endings: "енко юк чук ський ець ак",
        family_first: true,
    },
    Names {
        given: "Mehmet Fatma Mustafa Ayşe Ahmet Emine Ali Hatice Hüseyin Zeynep Hasan Elif İbrahim Meryem İsmail Şerife Osman Zehra \
                Yusuf Sultan Murat Hanife Ömer Merve Ramazan Havva Halil Özlem Süleyman Yasemin Abdullah Rabia Emre Büşra Gökhan Çiğdem",
        family: "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan \
                 Şimşek Polat Korkmaz Çakır Erdoğan Bulut Güneş Aksoy Avcı Keskin Ünal Tekin Güler Coşkun Taş Uçar",
        beginnings: "Ak Al Altın Ay Baş Bay Bil Boz Can Çam Dağ Den Er Gök Gül Gün İn Kan Kır Koca Kuş Öz Sağ Sarı Sel Soy Taş Tok \
                     Tun Uz Yağ Yen Yeş Yol Yur",
        endings: "bulut can demir doğan er gil gül han kan kaya lı maz oğlu öz taş türk yol",
        family_first: false,
    },
    Names {
        given: "Mohamed Fatima Ahmed Khadija Youssef Aïcha Omar Amina Hassan Zineb Ali Salma Abdelkader Nadia Karim Leïla Rachid Samira \
                Hamza Hafida Ibrahim Naïma Khalid Soukaïna Bilal Yasmina Mustapha Latifa Said Meriem Driss Houda Nordin Malika",
        family: "El.Amrani Benali Bouazza El.Idrissi Ait.Ali Haddad Ben.Salah Bouzid El.Khattabi Mansouri Cherkaoui Benjelloun Ouali \
                 El.Fassi Hamdaoui Belkacem Saidi Yahiaoui El.Yousfi Rahmani Ziani Berrada Tahiri Azzouzi Bensaïd El.Hajji",
        beginnings: "Abdel Ama Azi Baha Bel Ben Bou Chaf Cher Dah Fer Gha Had Ham Id Jab Kad Kha Lah Maa Man Mes Naj Ou Raj Sah Tah \
                     Zar Zer",
        endings: "aoui ani ouni ari assi azi boudi dadi fi hami imi jaoui ki laoui madi nani oui rabi sari touti zouzi",
        family_first: false,
    },
    Names {
        given: "Maria António José Carmen Giuseppe Ana Manuel João Francisco Lucía Antonio Teresa Luis Isabel Paolo Giulia Javier Rosa \
                Carlos Inês Miguel Sofía Marco Concepción Pedro Raquel Andrés Beatriz Jesús Chiara Ángel Nuria Tiago Catarina Rubén \
                Joaquín Begoña Martín",
        family: "García Silva Rossi Rodríguez Santos González Ferreira Fernández Russo López Pereira Martínez Oliveira Sánchez Costa \
                 Pérez Ferrari Gómez Rodrigues Martín Esposito Jiménez Martins Bianchi Ruiz Jesus Romano Hernández Sousa Díaz Colombo \
                 Fernandes Moreno Gonçalves Ricci Muñoz Gomes Marino Álvarez Lopes de.la.Cruz dos.Santos Conti da.Silva",
        beginnings: "Alba Alme Barre Bena Boni Cala Carva Casta Cerve Delga Escu Fari Figue Galle Guer Herre Lago Lobo Macha Mala Mendo \
                     Mora Navar Orte Palo Pache Quinta Ribe Sala Serra Tava Valde Vare Vila Zamo",
        endings: "dal doso gas gão lho llo ra res ria rín rola sca tti velli zar zzi",
        family_first: false,
    },
    Names {
        given: "Γεώργιος Μαρία Δημήτριος Ελένη Ιωάννης Αικατερίνη Κωνσταντίνος Βασιλική Νικόλαος Σοφία Παναγιώτης Αγγελική Χρήστος \
                Γεωργία Βασίλειος Ευαγγελία Αθανάσιος Ιωάννα Μιχαήλ Δήμητρα Ευάγγελος Παρασκευή Σπυρίδων Αναστασία Θεόδωρος Άννα \
                Ηλίας Φωτεινή Αντώνιος Ειρήνη Στέφανος Ζωή Αλέξανδρος Χαρίκλεια",
        family: "Παπαδόπουλος Παππάς Βλάχος Οικονόμου Γεωργίου Δημητρίου Παπαγεωργίου Αθανασίου Κωνσταντίνου Νικολάου Χατζής Ιωάννου \
                 Παπανικολάου Μακρής Αγγελόπουλος Γιαννόπουλος Μιχαηλίδης Σταματίου Βασιλείου Καραγιάννης Αναγνωστόπουλος Θεοδώρου",
        beginnings: "Αλεξ Αναστασ Αντων Αργυρ Βασιλ Γαβριηλ Γρηγορ Δημ Ευθυμ Ζαχαρ Ηλι Θωμ Καλογερ Κυριακ Λαμπρ Μανωλ Μαυρ Μηλι \
                     Νικολ Ξενακ Πετρ Ραπτ Σαββ Σιδηρ Σταυρ Τζαν Φιλιππ Χριστοφ",
        endings: "όπουλος ίδης άκης ούδης άτος έας ίου",
        family_first: false,
    },
    Names {
        given: "László Mária István Erzsébet József Katalin János Ilona Zoltán Éva Sándor Anna Gábor Zsuzsanna Ferenc Margit Attila \
                Judit Péter Ágnes Tamás Andrea Zsolt Erika Tibor Krisztina András Irén Csaba Eszter Imre Magdolna",
        family: "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Oláh Simon \
                 Rácz Fekete Szilágyi Török Fehér Balázs Gál Kis Szűcs Kocsis Orsós Pintér",
        beginnings: "Ara Ba Bar Bere Bod Csi Csor De Do Eger Fo Gö Gyön He Hor Ka Ke Kö Kom Lo Ma Mis Nyí Pe Püs Ró So Szen Ta Ti Ve Zem",
        endings: "di csi gyi kesi kai lai nyi si ssy tényi váry vári zsi",
        family_first: true,
    },
    Names {
        given: "Anh.Tuan Thi.Lan Van.Hung Thi.Hoa Minh.Duc Thi.Mai Quoc.Bao Thi.Huong Van.Nam Thanh.Ha Duc.Long Ngoc.Anh Van.Thanh \
                Thu.Trang Huu.Phuoc Kim.Lien Van.Dung Thi.Nga Xuan.Truong My.Linh",
        family: "Nguyen Tran Le Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Truong Lam Mai Cao",
        beginnings: "Ng L Tr Ph H D V",
        endings: "uyen am inh uong oan ieu ang",
        family_first: true,
    },
    Names {
        given: "Blessing Emmanuel Grace Samuel Joy Daniel Mercy Joseph Faith Michael Precious David Chioma Chinedu Ngozi Emeka Oluwaseun \
                Folake Tunde Yetunde Osagie Osaro Efe Ese Uche Ifeoma Kelechi Adaeze Kwame Abena Kofi Ama Kwabena Akosua",
        family: "Okafor Osei Adeyemi Mensah Okonkwo Owusu Eze Boateng Ogunleye Asante Igbinedion Addo Obi Osaghae Appiah Okoro Adebayo \
                 Agyeman Nwosu Ojo Amoah Balogun Uzor Idahosa Ofori Chukwu Afolabi Ehigie Danso Omoruyi",
        beginnings: "Abi Ade Aig Aku Amo Ani Chi Ebi Ehi Ezi Ibi Ige Iwu Ku Ma Nna Nwa Obi Ode Ogu Oko Olu Omo Ono Osa Owu Ube Udo Uwa",
        endings: "bayo biah buike chukwu fo gie hene kwe ma mende mwen nya rhie sanmi seun sah tey tola wale zie",
        family_first: false,
    },
];

/// Trades of companies.
pub const TRADES: &str = "Bouwbedrijf Schoonmaak Transport Tuinderij Metaalwerken Uitzendbureau Logistiek Installatie Advies Handelshuis \
    Schildersbedrijf Dakdekkers Vleesverwerking Pluimvee Wasserij Horeca Taxi Autohandel Groothandel Kapsalon Massage Nagelstudio \
    Glazenwassers Stukadoors Grondverzet Scheepsbouw Isolatie Bloemen Champignons Techniek Media Vastgoed Beheer Koeriers";

/// Words that companies are called by.
pub const WORDS: &str = "Linde Noorderlicht Waterkant Anker Brug Zonneveld Morgenster Kroon Haven Wilg Heideveld Vuurtoren Molen \
    Westerzicht Hoek Zilvermeeuw Duinpan Kade Rietland Eikenhof Sluis Korenaar Veste Boomgaard Adelaar Atlas Boreas Castor Delta \
    Echo Fenix Galant Horizon Iris Jupiter Kompas Libra Meridiaan Nova Orion Polaris Quadrant Regenboog Sirius Triton Universum \
    Vega Windroos Xenia Zenit Albatros Berkel Cirkel Dageraad Elzenhof Fontein Gouden Havik Ijsvogel Kiekendief Leeuwerik Merel";
